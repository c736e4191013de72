import { buyer } from './buyer'
import { claim } from './claim'
import { common } from './common'
import { classroom } from './console'
import { desk } from './desk'
import { devices } from './devices'
import { editor } from './editor'
import { entrance } from './entrance'
import { identity } from './identity'
import { learner } from './learner'
import { notices } from './notices'
import { office } from './office'
import { seats } from './seats'
import { roster } from './roster'
import { resets } from './resets'
import { search } from './search'
import { shop } from './shop'
import { shops } from './shops'
import { teach } from './teach'
import { trade } from './trade'

export const zhCN = {
  ...common,
  ...shop,
  ...search,
  ...buyer,
  ...trade,
  ...shops,
  ...desk,
  ...editor,
  ...teach,
  ...classroom,
  ...resets,
  ...identity,
  ...office,
  ...claim,
  ...learner,
  ...notices,
  ...seats,
  ...entrance,
  ...devices,
  ...roster,
}
