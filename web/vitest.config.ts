import { mergeConfig } from 'vite'
import { defineConfig } from 'vitest/config'
import viteConfig from './vite.config'

export default mergeConfig(
  viteConfig,
  defineConfig({ test: { environment: 'happy-dom', include: ['tests/**/*.test.ts'], restoreMocks: true } }),
)
