import './styles/tokens.css'
import './styles/base.css'
import './styles/parts.css'
import { MutationCache, QueryCache, QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { Problem } from './api/problem'
import App from './App.vue'
import { i18n } from './i18n'
import { router } from './router'
import { useSessionStore } from './session/store'

const app = createApp(App)
app.use(createPinia())
const session = useSessionStore()

function askToSignIn(error: Error): void {
  if (error instanceof Problem && error.status === 401) session.expire(error)
}

app.use(VueQueryPlugin, {
  queryClient: new QueryClient({
    queryCache: new QueryCache({ onError: askToSignIn }),
    mutationCache: new MutationCache({ onError: askToSignIn }),
    // `ErrorState` counts down and tries again in sight of the person, so the library does not retry behind his back.
    defaultOptions: { queries: { retry: false, staleTime: 5000 } },
  }),
})
app.use(i18n)
app.use(router)
app.mount('#app')
