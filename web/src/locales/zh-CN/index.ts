import { common } from './common'
import { desk } from './desk'
import { devices } from './devices'
import { entrance } from './entrance'
import { roster } from './roster'
import { shop } from './shop'
import { teach } from './teach'
import { trade } from './trade'

export const zhCN = {
  ...common,
  ...shop,
  ...trade,
  ...desk,
  ...teach,
  ...entrance,
  ...devices,
  ...roster,
}
