// Shows the visitor's own system first and tests whether this browser trusts the class. The words stand in the page.
// Old browsers come here too, so: nothing newer than 2017.
(function () {
  'use strict'
  const PATIENCE_MS = 8000
  const at = (id) => document.getElementById(id)
  const port = document.body.dataset.httpsPort
  const isTls = location.protocol === 'https:'
  const site = isTls ? location.origin : 'https://' + location.hostname + (port === '443' ? '' : ':' + port)

  function systemOf(agent, fingers) {
    if (/iPhone|iPad|iPod/.test(agent)) return 'ios'
    if (/Macintosh/.test(agent)) return fingers > 1 ? 'ios' : 'macos' // an iPad calls itself a Mac
    if (/Android|HarmonyOS|OpenHarmony/.test(agent)) return 'android'
    if (/Windows/.test(agent)) return 'windows'
    return /Linux|X11/.test(agent) ? 'linux' : null
  }

  function showMine(system) {
    if (system === null) return
    const mine = at(system)
    at('systems').insertBefore(mine, at('systems').firstChild)
    mine.open = true
    mine.querySelector('.mine').hidden = false
  }

  function show(state) {
    for (const name of ['idle', 'running', 'good', 'bad']) at('check-' + name).hidden = name !== state
    at('check').disabled = state === 'running'
    at('enter').hidden = state !== 'good'
  }

  // An answer we may not read still proves that the browser took the certificate; a refusal throws.
  function isTrusted() {
    const late = new Promise((_, fail) => setTimeout(fail, PATIENCE_MS))
    const asked = fetch(site + '/health/live', { mode: 'no-cors', cache: 'no-store', credentials: 'omit' })
    return Promise.race([asked, late]).then(() => true, () => false)
  }

  function check(quietly) {
    if (!quietly) show('running')
    isTrusted().then((trusted) => { if (trusted || !quietly) show(trusted ? 'good' : 'bad') })
  }

  at('enter').href = site + '/'
  at('wechat').hidden = !/MicroMessenger/i.test(navigator.userAgent)
  at('check').addEventListener('click', () => check(false))
  showMine(systemOf(navigator.userAgent, navigator.maxTouchPoints || 0))
  check(true) // who has it installed already is let through at once
})()
