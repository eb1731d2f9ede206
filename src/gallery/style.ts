/** The style of all pages. No `<` in it, and no address: the pages allow neither scripts nor anything from elsewhere. */
export const STYLE = `
:root {
  --paper: #f7f6f3; --card: #ffffff; --ink: #1c1d22; --muted: #6d6f78; --line: #e3e1db; --link: #2f5bb7;
  --good: #1d7a4c; --good-bg: #ddf3e6; --fair: #8a6100; --fair-bg: #fbeecb; --bad: #b1352b; --bad-bg: #fbe2df;
  --plain-bg: #eceae4; --crown: #b98900; --shade: 0 1px 2px #0000000f, 0 4px 16px #0000000a;
    --left: #6f86c9; --right: #d9822b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #131418; --card: #1c1e24; --ink: #e9e8e4; --muted: #9a9ca6; --line: #30323b; --link: #8fb2ff;
    --good: #6fd6a0; --good-bg: #17392a; --fair: #eac260; --fair-bg: #3b3117; --bad: #ff9d92; --bad-bg: #43211e;
    --plain-bg: #2a2c34; --crown: #e6b93f; --shade: none;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main, .trail, footer { max-width: 1320px; margin: 0 auto; padding: 0 24px; }
.trail { padding-top: 18px; font-size: 14px; color: var(--muted); }
.trail b { font-weight: 500; }
footer { padding-top: 40px; padding-bottom: 40px; font-size: 13px; color: var(--muted); }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
h1 { font-size: 40px; line-height: 1.1; letter-spacing: -.02em; margin: 28px 0 8px; }
h2 { font-size: 24px; letter-spacing: -.01em; margin: 48px 0 12px; }
h3 { font-size: 17px; margin: 0 0 6px; font-weight: 600; }
.lead { font-size: 19px; margin: 0 0 12px; }
.about, .muted { color: var(--muted); }
.about { margin: -4px 0 14px; max-width: 80ch; }
small { font-size: 12.5px; overflow-wrap: anywhere; }
code { font: 13px/1.4 ui-monospace, 'Cascadia Mono', Menlo, Consolas, monospace; color: var(--muted); overflow-wrap: anywhere; }
.who { white-space: nowrap; }
.who b { font-weight: 600; }
.crown { color: var(--crown); }
.vs { color: var(--muted); font-weight: 400; padding: 0 4px; }
.beside a { margin-right: 18px; }
.tag { display: inline-block; padding: 1px 9px; border-radius: 99px; font-size: 13px; font-weight: 500; white-space: nowrap; background: var(--plain-bg); }
.tag.good { color: var(--good); background: var(--good-bg); }
.tag.fair { color: var(--fair); background: var(--fair-bg); }
.tag.bad { color: var(--bad); background: var(--bad-bg); }
.reason, .words { color: var(--muted); font-size: 14px; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; background: var(--card); border-radius: 12px; box-shadow: var(--shade); border: 1px solid var(--line); }
table { border-collapse: collapse; width: 100%; font-size: 15px; }
th, td { text-align: left; vertical-align: top; padding: 9px 16px; }
th { font-size: 13px; font-weight: 500; color: var(--muted); }
td { border-top: 1px solid var(--line); }
td small { display: inline-block; min-width: 36ch; }
td .tag { white-space: normal; border-radius: 12px; }
.stem { display: inline-block; max-width: 24ch; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; vertical-align: bottom; }
.short, .counts { white-space: nowrap; }
td:has(.bar) { white-space: nowrap; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); gap: 12px; margin: 0; }
.facts div { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 12px 16px; box-shadow: var(--shade); }
dt { font-size: 13px; color: var(--muted); }
dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
dd small { display: block; font-weight: 400; color: var(--muted); }
.margin { font-variant-numeric: tabular-nums; font-weight: 600; }
.bar { width: 150px; height: 14px; border-radius: 4px; vertical-align: middle; }
.bar .left { fill: var(--left); } .bar .draw { fill: var(--line); } .bar .right { fill: var(--right); }
.counts { font-size: 13px; color: var(--muted); font-variant-numeric: tabular-nums; }
.chips { list-style: none; display: flex; flex-wrap: wrap; gap: 10px; padding: 0; margin: 0 0 20px; }
.chips li { background: var(--card); border: 1px solid var(--line); border-radius: 99px; padding: 5px 14px; box-shadow: var(--shade); }
.chips .out { opacity: .85; }
.chips .crowned { border-color: var(--good); box-shadow: 0 0 0 1px var(--good); }
.chain li + li::before { content: '→'; color: var(--muted); margin-right: 10px; }
.trail + main > .match { margin-top: 20px; }
.match { margin: 0 0 28px; padding: 20px; background: var(--card); border: 1px solid var(--line); border-radius: 16px; box-shadow: var(--shade); scroll-margin-top: 16px; }
.match p { margin: 0 0 14px; }
.match h3 .who { white-space: normal; }
.duels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 380px), 1fr)); gap: 22px 26px; }
.duel { content-visibility: auto; contain-intrinsic-size: auto 220px; }
.duel p { margin: 6px 0 0; line-height: 1.35; }
.trio { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; }
figure { margin: 0; padding: 3px; border-radius: 10px; border: 2px solid transparent; }
figure.won { border-color: var(--good); background: var(--good-bg); }
figcaption { font-size: 12.5px; color: var(--muted); text-align: center; padding-top: 3px; }
figcaption b { color: var(--good); }
img { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; border-radius: 6px; background: #fff; }
.nothing { border: 1px dashed var(--line); border-radius: 6px; background: var(--paper); color: var(--muted); font-size: 13px; padding: 8px; overflow: hidden; }
.nothing small { display: block; margin-top: 4px; font-size: 11px; line-height: 1.3; }
.trio .nothing { aspect-ratio: 1; overflow: auto; overflow-wrap: anywhere; }
.nothing.wide { padding: 12px 16px; margin-bottom: 14px; }
.nothing dl { margin: 6px 0 0; }
.nothing dd { font-weight: 400; color: var(--ink); }
.outcome-left { color: var(--left); font-weight: 600; } .outcome-right { color: var(--right); font-weight: 600; }
.outcome-draw, .outcome-skipped { color: var(--muted); }
.rounds { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 380px), 1fr)); gap: 20px; }
.round { background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: 20px; box-shadow: var(--shade); }
.round h3 { font-size: 20px; }
.round p { margin: 6px 0; }
.mosaic { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; margin: 12px 0; }
.mosaic div { position: relative; }
.mosaic img:first-child:not(:last-child) { position: absolute; right: 4px; top: 4px; width: 34%; border: 2px solid var(--card); box-shadow: 0 1px 4px #0004; }
.chart { width: 100%; height: auto; margin-bottom: 14px; background: var(--card); border: 1px solid var(--line); border-radius: 16px; box-shadow: var(--shade); }
.chart .grid { stroke: var(--line); } .chart text { font: 12px system-ui, sans-serif; fill: var(--muted); }
.chart .name { font-weight: 600; fill: var(--ink); }
.chart g line { stroke: var(--tone); stroke-width: 3; } .chart g rect { fill: var(--tone); opacity: .16; }
.tone-0 { --tone: #7d8590; } .tone-1 { --tone: #4a7be0; } .tone-2 { --tone: #2aa36a; }
.tone-3 { --tone: #d9822b; } .tone-4 { --tone: #a35bd6; } .tone-5 { --tone: #d6457a; }
`
