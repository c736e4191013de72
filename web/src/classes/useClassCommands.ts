/** Changing, staffing and ending a class; each says in one sentence what was done. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { addLecturer, changeClass, closeClass, removeLecturer } from '@/api/console'
import { useSubmit } from '@/forms/useSubmit'
import { useToast } from '@/parts/useToast'
import { useSessionStore } from '@/session/store'
import { useClassStale } from './classQueries'

export function useClassCommands(id: () => string) {
  const { t } = useI18n()
  const { say } = useToast()
  const session = useSessionStore()
  const stale = useClassStale()
  const changing = useSubmit((_key, name: string, starts_on: string | null) => changeClass(id(), { name, starts_on }))
  const adding = useSubmit((_key, login: string) => addLecturer(id(), login))
  const removing = useSubmit((_key, account: string) => removeLecturer(id(), account))
  const ending = useSubmit(() => closeClass(id()))
  const all = [changing, adding, removing, ending]

  async function after(answer: unknown, words: string): Promise<boolean> {
    if (answer === null) return false
    stale()
    if (session.session?.cohort?.id === id()) await session.refresh()
    say(words)
    return true
  }

  function begin(): void {
    all.forEach((one) => { one.reset() })
  }

  return {
    save: async (name: string, startsOn: string | null) => { begin(); return after(await changing.submit(name, startsOn === '' ? null : startsOn), t('classes.saved')) },
    add: async (login: string) => { begin(); return after(await adding.submit(login), t('classes.added')) },
    remove: async (account: string, name: string) => { begin(); return after(await removing.submit(account), t('classes.removed', { name })) },
    end: async () => { begin(); return after(await ending.submit(), t('classes.closed')) },
    pending: computed(() => all.some((one) => one.pending.value)),
    problem: computed(() => all.map((one) => one.problem.value).find((one) => one !== null) ?? null),
  }
}
