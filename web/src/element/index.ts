/** The parts of Element Plus that the working shells use. Imported one by one, so that the rest is left out of the bundle. */
import './theme.css'

export { ElConfigProvider } from 'element-plus/es/components/config-provider/index.mjs'
export { ElDialog } from 'element-plus/es/components/dialog/index.mjs'
export { ElDrawer } from 'element-plus/es/components/drawer/index.mjs'
export { ElInput } from 'element-plus/es/components/input/index.mjs'
export { ElInputNumber } from 'element-plus/es/components/input-number/index.mjs'
export { ElRadio, ElRadioGroup } from 'element-plus/es/components/radio/index.mjs'
export { ElOption, ElOptionGroup, ElSelect } from 'element-plus/es/components/select/index.mjs'
export { ElTable, ElTableColumn } from 'element-plus/es/components/table/index.mjs'
export { default as zhCn } from 'element-plus/es/locale/lang/zh-cn.mjs'
