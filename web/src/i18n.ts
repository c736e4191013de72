/** Chinese is the source language. Messages are interpreted, never compiled to functions: the CSP refuses `unsafe-eval`. */
import { createI18n } from 'vue-i18n'
import { zhCN } from './locales/zh-CN'

export const i18n = createI18n({
  legacy: false,
  // Codes of the server (`trade.placed`) stand in the catalogue as they are; this opens them into the nested form.
  flatJson: true,
  locale: 'zh-CN',
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zhCN },
})
