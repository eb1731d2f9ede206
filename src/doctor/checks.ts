/** Every check, in the order in which they are told. A new one is a file in `checks/` and a line here. */
import type { Check } from './check.ts'
import { branchRulesCheck } from './checks/branch-rules.ts'
import { buildsCheck } from './checks/builds.ts'
import { chainCheck } from './checks/chain.ts'
import { clockCheck } from './checks/clock.ts'
import { codeHostCheck } from './checks/code-host.ts'
import { configCheck } from './checks/config.ts'
import { diskCheck } from './checks/disk.ts'
import { judgeCheck, secondJudgeCheck } from './checks/judge.ts'
import { distanceCheck, rendererCheck } from './checks/media.ts'
import { notificationsCheck } from './checks/notifications.ts'
import { podsChecks } from './checks/pods.ts'
import { poolCheck } from './checks/pool.ts'
import { gitCheck, nodeCheck, sshKeygenCheck } from './checks/programs.ts'
import { redisCheck } from './checks/redis.ts'
import { repositoryCheck } from './checks/repository.ts'
import { engineKeyCheck, operatorKeyCheck } from './checks/signing.ts'
import { publicStoreCheck, storeCheck } from './checks/store.ts'
import { subnetCheck } from './checks/subnet.ts'
import { throneCheck } from './checks/throne.ts'
import { tokenCheck } from './checks/token.ts'
import type { Machine, Setup } from './setup.ts'

/** Of the machine alone. */
export const machineChecks: readonly Check<Machine>[] = [nodeCheck, gitCheck, sshKeygenCheck, diskCheck]

/** What needs settings that can be read. */
export const setupChecks: readonly Check<Setup>[] = [
  ...[repositoryCheck, configCheck, poolCheck, throneCheck, tokenCheck, branchRulesCheck],
  ...[engineKeyCheck, operatorKeyCheck, chainCheck, subnetCheck, storeCheck, publicStoreCheck],
  ...[
    judgeCheck,
    secondJudgeCheck,
    rendererCheck,
    distanceCheck,
    ...podsChecks,
    buildsCheck,
    codeHostCheck,
    redisCheck,
    notificationsCheck,
    clockCheck,
  ],
]

/** Of roundkeeper.json itself: told by whoever reads it. */
export const SETTINGS_CHECK = { id: 'settings', title: 'roundkeeper.json' }

export const CHECK_IDS: readonly string[] = [...machineChecks, SETTINGS_CHECK, ...setupChecks].map(({ id }) => id)
