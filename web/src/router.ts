/** Pages and who may open them. Each shell is its own bundle: a buyer never loads the desk's form library. */
import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw } from 'vue-router'
import { isSeatId, isViewable, stopViewing, VIEW_QUERY, viewedSeat, viewSeat } from './api/viewing'
import { i18n } from './i18n'
import { homeOfOffice } from './office/roles'
import { useSessionStore } from './session/store'

const shop: RouteRecordRaw = {
  path: '/shop',
  component: () => import('./shop/ShopShell.vue'),
  children: [
    { path: '', name: 'shop-home', component: () => import('./shop/pages/HomePage.vue') },
    { path: 'search', name: 'shop-search', component: () => import('./shop/pages/SearchPage.vue') },
    { path: 'items/:id', name: 'shop-item', component: () => import('./shop/pages/ItemPage.vue'), props: true },
    { path: 'stores/:id', name: 'shop-store', component: () => import('./shop/pages/StorePage.vue'), props: true },
    { path: 'stores/:id/licence', name: 'shop-licence', component: () => import('./shop/pages/LicencePage.vue'), props: true },
    { path: 'cart', name: 'shop-cart', component: () => import('./shop/pages/CartPage.vue') },
    { path: 'checkout', name: 'shop-checkout', component: () => import('./shop/pages/CheckoutPage.vue') },
    { path: 'cashier/:id', name: 'shop-cashier', component: () => import('./shop/pages/CashierPage.vue'), props: true },
    { path: 'trades', name: 'shop-trades', component: () => import('./shop/pages/TradesPage.vue') },
    { path: 'trades/:id', name: 'shop-trade', component: () => import('./shop/pages/TradePage.vue'), props: true },
    { path: 'me', name: 'shop-me', component: () => import('./shop/pages/MePage.vue') },
    { path: 'addresses', name: 'shop-addresses', component: () => import('./shop/pages/AddressesPage.vue') },
    { path: 'kept', name: 'shop-kept', component: () => import('./shop/pages/KeptPage.vue') },
    { path: 'messages', name: 'shop-messages', component: () => import('./shop/pages/MessagesPage.vue') },
  ],
}

const desk: RouteRecordRaw = {
  path: '/desk',
  component: () => import('./desk/DeskShell.vue'),
  children: [
    { path: '', name: 'desk-home', component: () => import('./desk/pages/TodayPage.vue') },
    { path: 'open', name: 'desk-open', component: () => import('./desk/pages/OpenShopPage.vue') },
    { path: 'shop', name: 'desk-shop', component: () => import('./desk/pages/ShopSettingsPage.vue') },
    { path: 'freight', name: 'desk-freight', component: () => import('./desk/pages/FreightPage.vue') },
    { path: 'freight/new', name: 'desk-freight-new', component: () => import('./desk/pages/FreightEditorPage.vue') },
    { path: 'freight/:id', name: 'desk-freight-template', component: () => import('./desk/pages/FreightEditorPage.vue'), props: true },
    { path: 'products', name: 'desk-products', component: () => import('./desk/pages/ProductsPage.vue') },
    { path: 'products/new', name: 'desk-product-new', component: () => import('./desk/pages/ProductEditorPage.vue') },
    { path: 'products/:id/rank', name: 'desk-rank', component: () => import('./desk/pages/RankPage.vue'), props: true },
    { path: 'products/:id', name: 'desk-product', component: () => import('./desk/pages/ProductEditorPage.vue'), props: true },
    { path: 'trades', name: 'desk-trades', component: () => import('./desk/pages/DeskTradesPage.vue') },
    { path: 'trades/:id', name: 'desk-trade', component: () => import('./desk/pages/DeskTradePage.vue'), props: true },
  ],
}

const teach: RouteRecordRaw = {
  path: '/teach',
  component: () => import('./teach/TeachShell.vue'),
  meta: { lecturer: true },
  children: [
    { path: '', name: 'teach-wall', component: () => import('./teach/pages/WallPage.vue') },
    { path: 'seats', name: 'teach-seats', component: () => import('./teach/pages/SeatsPage.vue') },
    { path: 'seats/:id', name: 'teach-seat', component: () => import('./teach/pages/SeatPage.vue'), props: true },
    { path: 'timetable', name: 'teach-timetable', component: () => import('./teach/pages/TimetablePage.vue') },
    { path: 'classes', name: 'teach-classes', component: () => import('./teach/pages/TeachClassesPage.vue') },
    { path: 'classes/new', name: 'teach-class-new', component: () => import('./classes/NewClassPage.vue') },
    { path: 'notices', name: 'teach-notices', component: () => import('./teach/pages/NoticesPage.vue') },
    { path: 'interventions', name: 'teach-interventions', component: () => import('./teach/pages/InterventionsPage.vue') },
    { path: 'devices', name: 'teach-devices', component: () => import('./teach/pages/DevicesPage.vue') },
    { path: 'snapshots', name: 'teach-snapshots', component: () => import('./teach/pages/SnapshotsPage.vue') },
    { path: 'roster-import', name: 'teach-roster-import', component: () => import('./teach/pages/RosterImportPage.vue') },
    { path: 'machinery', name: 'teach-machinery', component: () => import('./teach/pages/MachineryPage.vue') },
  ],
}

const office: RouteRecordRaw = {
  path: '/office',
  component: () => import('./office/OfficeShell.vue'),
  meta: { office: true },
  children: [
    { path: '', name: 'office-home', redirect: () => ({ name: homeOfOffice(useSessionStore().can) }) },
    { path: 'institutions', name: 'office-institutions', component: () => import('./office/pages/InstitutionsPage.vue') },
    { path: 'classes', name: 'office-classes', component: () => import('./office/pages/ClassesPage.vue') },
    { path: 'classes/:id', name: 'office-people', component: () => import('./office/pages/PeoplePage.vue'), props: true },
    { path: 'manage', name: 'office-manage', component: () => import('./classes/ClassesPage.vue'), props: { newClass: '/office/classes/new' } },
    { path: 'classes/new', name: 'office-class-new', component: () => import('./classes/NewClassPage.vue') },
    { path: 'rosters', name: 'office-rosters', component: () => import('./office/pages/RostersPage.vue') },
    { path: 'accounts', name: 'office-accounts', component: () => import('./office/pages/AccountsPage.vue') },
    { path: 'logins', name: 'office-logins', component: () => import('./office/pages/LoginsPage.vue') },
  ],
}

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: '/login', name: 'login', component: () => import('./session/LoginPage.vue'), meta: { open: true } },
    { path: '/entrance', name: 'entrance', component: () => import('./entrance/EntrancePage.vue'), meta: { open: true } },
    { path: '/claim', name: 'claim', component: () => import('./claim/ClaimPage.vue'), meta: { open: true } },
    { path: '/forgotten', name: 'forgotten', component: () => import('./claim/ForgottenPage.vue'), meta: { open: true } },
    { path: '/lobby', name: 'lobby', component: () => import('./claim/LobbyPage.vue') },
    { path: '/teach/pin-slips', name: 'teach-pin-slips', component: () => import('./teach/pages/PinSlipsPage.vue'), meta: { lecturer: true } },
    { path: '/check', name: 'check', component: () => import('./check/CheckPage.vue'), meta: { open: true } },
    { path: '/welcome', name: 'welcome', component: () => import('./session/WelcomePage.vue'), meta: { open: true } },
    { path: '/password', name: 'password', component: () => import('./session/NewPasswordPage.vue') },
    { path: '/places', name: 'places', component: () => import('./session/PlacesPage.vue') },
    { path: '/me', name: 'me', component: () => import('./me/AccountPage.vue') },
    { path: '/', name: 'root', redirect: () => useSessionStore().homePath },
    shop,
    desk,
    teach,
    // Outside the shell: it is a sheet of paper.
    { path: '/teach/devices/record', name: 'teach-device-record', component: () => import('./teach/pages/DeviceRecordPage.vue'), meta: { lecturer: true } },
    office,
    { path: '/:pathMatch(.*)*', name: 'absent', component: () => import('./session/AbsentPage.vue'), meta: { open: true } },
  ],
})

/** Enters and leaves a learner's pages by loading anew: nothing of one person stays on the pages of another. */
function changesView(to: RouteLocationNormalized): boolean {
  const asked = to.query[VIEW_QUERY]
  const query = Object.fromEntries(Object.entries(to.query).filter(([name]) => name !== VIEW_QUERY))
  if (isSeatId(asked) && isViewable(to.path)) viewSeat(asked)
  else if (viewedSeat() !== null && !isViewable(to.path)) stopViewing()
  else return false
  location.replace(router.resolve({ path: to.path, query }).href)
  return true
}

router.beforeEach(async (to) => {
  if (changesView(to)) return false
  const session = useSessionStore()
  const known = await session.resume().catch(() => false)
  if (to.meta.open !== true && !known) return { name: 'login', query: to.path === '/' || to.path === '/shop' ? {} : { next: to.fullPath } }
  if (to.name === 'login' && known) return session.homePath
  // With a temporary password the server answers nothing else.
  if (known && session.mustChange && to.name !== 'password') return { name: 'password' }
  if (session.waits && /^\/(shop|desk)(\/|$)/.test(to.path)) return '/lobby'
  if (to.name === 'lobby' && !session.waits) return session.homePath
  const strange = (to.meta.lecturer === true && !session.isLecturer) || (to.meta.office === true && session.homePath !== '/office')
  if (strange) return { name: 'absent', params: { pathMatch: to.path.slice(1).split('/') } }
  return true
})

router.afterEach((to) => {
  const { t, te } = i18n.global
  const key = `title.${String(to.name)}`
  document.title = te(key) ? `${t(key)} · ${t('title.product')}` : t('title.product')
})
