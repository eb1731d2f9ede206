import type { files } from '../../src/state/files.ts'

/** One file of every kind as a machine writes it, byte for byte; all names are made up. */
export const samples: Record<keyof typeof files, { readonly path: string; readonly text: string }> = {
  state: {
    path: 'state.json',
    text: `{
  "current_round": 3,
  "stage": "miner_generation",
  "next_stage_eta": "2026-03-01T10:09:30.219818Z"
}`,
  },
  config: {
    path: 'config.json',
    text: `{
  "name": "tiny",
  "description": "Größe / ☃",
  "first_evaluation_date": "2026-03-01",
  "last_competition_date": "2026-12-31",
  "round_start_time": "08:00:00",
  "generation_stage_minutes": 120,
  "finalization_buffer_hours": 1.0,
  "win_margin": 0.05,
  "weight_decay": 0.2,
  "weight_floor": 0.2,
  "prompts_per_round": 128,
  "carryover_prompts": 32,
  "round_duration_days": 3,
  "rules": "v1",
  "netuid": 17,
  "settings": {
    "judge": {
      "model": "offline"
    },
    "views": []
  }
}`,
  },
  leader: {
    path: 'leader.json',
    text: `[
  {
    "hotkey": "5Base",
    "repo": "base/miner",
    "commit": "${'a'.repeat(40)}",
    "docker": "registry.test/base:aaaaaaa",
    "weight": 0.0,
    "effective_block": 7000000
  },
  {
    "hotkey": "5Next",
    "repo": "next/miner",
    "commit": "${'b'.repeat(40)}",
    "docker": "registry.test/next:bbbbbbb-tiny-0",
    "weight": 0.6000000000000001,
    "effective_block": 7021600,
    "round": 1
  }
]`,
  },
  pool: { path: 'prompts.txt', text: 'https://prompts.test/a.png\nhttps://prompts.test/ü b.png\n' },
  schedule: {
    path: 'rounds/3/schedule.json',
    text: `{
  "earliest_reveal_block": 7000001,
  "latest_reveal_block": 7021600,
  "generation_deadline_block": 7022200,
  "starts_at": "2026-03-04T08:00:00Z",
  "randomness": {
    "kind": "drand",
    "chain": "quicknet",
    "round": 12345678
  }
}`,
  },
  seed: {
    path: 'rounds/3/seed.json',
    text: '{"seed": 4294967295, "randomness": {"kind": "block", "block": 7021600}, "value": "\\u00e9, : \\n[] {}\\u007f"}',
  },
  prompts: { path: 'rounds/3/prompts.txt', text: 'https://prompts.test/a.png' },
  submissions: {
    path: 'rounds/3/submissions.json',
    text: `{
  "5Late": {
    "repo": "sn\\u00f6/\\ud83d\\udc1f",
    "commit": "${'c'.repeat(40)}",
    "cdn_url": "https://cdn.test/x",
    "revealed_at_block": 7000555,
    "round": "tiny-3"
  },
  "5Early": {
    "repo": "early/miner",
    "commit": "${'d'.repeat(40)}",
    "cdn_url": "https://cdn.test/y",
    "revealed_at_block": 7000556,
    "round": "tiny-3"
  }
}`,
  },
  reveals: {
    path: 'rounds/3/reveals.json',
    text: `{
  "read_at_block": 7021600,
  "block_hash": "0xabcd",
  "hotkeys": [
    {
      "hotkey": "5Late",
      "outcome": "incomplete",
      "reason": "cdn_url was never revealed",
      "reveals": [
        {
          "block": 7000555,
          "text": "{\\"commit\\": \\"\\u0000\\"}"
        }
      ]
    }
  ]
}`,
  },
  builds: {
    path: 'rounds/3/builds.json',
    text: `{
  "5Late": {
    "repo": "late/miner",
    "commit": "${'c'.repeat(40)}",
    "revealed_at_block": 7000555,
    "tag": "ccccccc-tiny-3",
    "status": "not_found",
    "docker_image": null
  },
  "5Early": {
    "repo": "early/miner",
    "commit": "${'d'.repeat(40)}",
    "revealed_at_block": 7000500,
    "tag": "ddddddd-tiny-3",
    "status": "success",
    "docker_image": "registry.test/5early:ddddddd-tiny-3",
    "image_digest": "sha256:${'e'.repeat(64)}",
    "log_url": "https://github.test/o/r/actions/runs/1/job/2",
    "detail": "3.2 GB for linux/amd64"
  }
}`,
  },
  requireAudit: {
    path: 'rounds/3/require_audit.json',
    text: `[
  {
    "hotkey": "5Late",
    "critical_prompts": []
  }
]`,
  },
  generationAudits: {
    path: 'rounds/3/generation_audits.json',
    text: `{
  "5Late": {
    "hotkey": "5Late",
    "outcome": "passed",
    "checked_prompts": 128,
    "failed_prompts": 0,
    "failed_critical": 0,
    "generation_time": 61.0,
    "reason": ""
  }
}`,
  },
  sourceAudit: {
    path: 'rounds/3/source_audit.json',
    text: `[
  {
    "hotkey": "5Late",
    "verdict": "failed",
    "reason": "repository not found"
  }
]`,
  },
  matrix: {
    path: 'rounds/3/matches_matrix.csv',
    text: 'left,right,margin\nleader,5Late,-1.0\nleader,5Early,0.0078125\n5Early,5Other,1e-05',
  },
  winner: {
    path: 'rounds/3/winner.json',
    text: `{
  "winner_hotkey": "leader",
  "repo": "next/miner",
  "commit": "${'b'.repeat(40)}",
  "docker_image": "registry.test/next:bbbbbbb-tiny-0"
}`,
  },
  submitted: {
    path: 'rounds/3/5Late/submitted.json',
    text: `{
  "0001": {
    "glb": null,
    "png": null,
    "generation_time": 0.0,
    "size": 0,
    "attempts": 0,
    "distance": 0.0
  }
}`,
  },
  generated: {
    path: 'rounds/3/leader/generated.json',
    text: `{
  "b": {
    "glb": "https://store.test/b.glb",
    "png": "https://store.test/b.png",
    "generation_time": 33.25,
    "size": 44279136,
    "attempts": 1,
    "distance": 8.225440979003906e-6
  },
  "a": {
    "glb": "https://store.test/a.glb",
    "png": null,
    "generation_time": 1e16,
    "size": 1,
    "attempts": 2,
    "distance": 0.00001341104507446289,
    "failure": "the preview could not be rendered"
  }
}`,
  },
  unseen: {
    path: 'rounds/3/5Late/unseen.json',
    text: `{
  "c": {
    "glb": "https://store.test/c.glb",
    "png": "https://store.test/c.png",
    "generation_time": 12.5,
    "size": 1024,
    "attempts": 1,
    "distance": 0.0,
    "prompt": "https://prompts.test/c.png",
    "seed": 4294967295
  }
}`,
  },
  duels: {
    path: 'rounds/3/5Late/duels_leader.json',
    text: `{
  "left": "leader",
  "right": "5Late",
  "score": -1,
  "margin": -1.0,
  "duels": [
    {
      "name": "a",
      "prompt": "https://prompts.test/a.png",
      "left_glb": "https://store.test/a.glb",
      "left_png": "https://store.test/a.png",
      "right_glb": null,
      "right_png": null,
      "winner": "left",
      "issues": "line one\\nline two\\t\\"quoted\\" \\\\"
    }
  ]
}`,
  },
  confirmation: {
    path: 'rounds/3/5Late/confirmation.json',
    text: `{
  "left": "leader",
  "right": "5Late",
  "score": -1,
  "margin": -1.0,
  "duels": [
    {
      "name": "a",
      "prompt": "https://prompts.test/a.png",
      "left_glb": "https://store.test/a.glb",
      "left_png": "https://store.test/a.png",
      "right_glb": null,
      "right_png": null,
      "winner": "left",
      "issues": "line one\\nline two\\t\\"quoted\\" \\\\"
    }
  ]
}`,
  },
  deadline: {
    path: 'rounds/3/5Late/deadline.json',
    text: `{
  "asked_at_block": 7022200,
  "files": {
    "chair": {
      "there": "yes",
      "asks": 1,
      "method": "HEAD",
      "status": 200,
      "size": 1048576,
      "etag": "\\"5d8c72\\"",
      "last_modified": "Wed, 04 Mar 2026 08:55:01 GMT"
    },
    "lamp": {
      "there": "no",
      "asks": 5,
      "failure": "timeout: no headers within 30000 ms"
    }
  }
}`,
  },
  judgeChecks: {
    path: 'rounds/3/5Late/checks_leader.json',
    text: `{
  "left": "leader",
  "right": "5Late",
  "judge": "vlm-penalty/1+0123456789ab",
  "pictures": "canary-pictures/1",
  "checks": [
    {
      "kind": "cut",
      "name": "a",
      "prompt": "https://prompts.test/a.png",
      "changed": "left",
      "left_png_sha256": "1d3e4ad8d5ea19d9e5de1e8e1a0e5a1b9b1f4b1f0b6a4f9e9c0f9a8f6d3b2c10",
      "right_png_sha256": "2d3e4ad8d5ea19d9e5de1e8e1a0e5a1b9b1f4b1f0b6a4f9e9c0f9a8f6d3b2c10",
      "winner": "right",
      "issues": "The first model has only three views."
    }
  ],
  "cost": {
    "calls": 258,
    "input_tokens": 812000,
    "output_tokens": 20640,
    "seconds": 412.5
  }
}`,
  },
  judgeCard: {
    path: 'rounds/3/judge_card.json',
    text: `{
  "judges": [
    "vlm-penalty/1+0123456789ab"
  ],
  "matches": 1,
  "canaries": {
    "itself": {
      "yes": 0,
      "of": 0,
      "low": 0.0,
      "high": 1.0
    },
    "degraded": {
      "yes": 1,
      "of": 1,
      "low": 0.2065,
      "high": 1.0
    },
    "lettered": {
      "yes": 0,
      "of": 0,
      "low": 0.0,
      "high": 1.0
    }
  },
  "retests": {
    "yes": 0,
    "of": 0,
    "low": 0.0,
    "high": 1.0
  },
  "swaps": {
    "yes": 120,
    "of": 128,
    "low": 0.8816,
    "high": 0.968
  },
  "draws": {
    "yes": 100,
    "of": 128,
    "low": 0.7021,
    "high": 0.844
  },
  "voids": {
    "yes": 0,
    "of": 129,
    "low": 0.0,
    "high": 0.0289
  },
  "cost": {
    "calls": 258,
    "input_tokens": 812000,
    "output_tokens": 20640,
    "seconds": 412.5,
    "money": 0.18
  },
  "drift": {
    "round": 2,
    "draws": -0.01,
    "voids": 0.0,
    "swaps": null
  },
  "bounds": {
    "itself": 0.8,
    "degraded": 0.8,
    "lettered": 0.9,
    "retests": 0.9,
    "swaps": 0.5,
    "voids": 0.1,
    "draw_drift": 0.15
  },
  "out_of_bounds": [],
  "acts": 0
}`,
  },
  podStats: {
    path: 'rounds/3/5Late/pod_stats.json',
    text: `{
  "pod-a": {
    "pod_id": "pod-a",
    "processed": 64,
    "successful": 63,
    "hard_failed": 1,
    "hard_overtime": 0,
    "time_min": 12.5,
    "time_max": 100.0,
    "time_avg": 33.333333333333336,
    "time_median": 30.0,
    "marked_bad": false,
    "retry_cumulative_delta": -0.5,
    "retry_delta_count": 2,
    "termination_reason": "done"
  }
}`,
  },
  intervention: {
    path: 'interventions/0001.json',
    text: `{
  "kind": "pause",
  "reason": "the renderer is down",
  "by": "Ann Operator <ann@example.test>",
  "round": 3,
  "from": "duels",
  "to": "paused",
  "at": "2026-03-02T12:00:00.000Z"
}`,
  },
  allowedSigners: {
    path: 'policy/allowed_signers',
    text: `# who signs
engine@tiny namespaces="git" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c
`,
  },
  pathPolicy: {
    path: 'policy/paths.json',
    text: `{
  "identities": [
    {
      "principal": "engine@tiny",
      "may_write": [
        "state.json",
        "rounds/**"
      ],
      "except": [
        "rounds/*/source_audit.json"
      ]
    },
    {
      "principal": "operator@tiny",
      "may_write": [
        "*"
      ]
    }
  ]
}`,
  },
}
