/** Whether the whole program was asked to show stacks (`--debug`). */
let debug = false

export const setDebug = (on: boolean) => {
  debug = on
}
export const debugging = () => debug
