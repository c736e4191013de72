/** One roster on its way in: the file, the check, the import, the undoing. The chosen import lives in the URL. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { handInRoster, importRoster, listRosterRows, listRosters, showRoster, undoRoster } from '@/api/rosters'
import type { RosterImport } from '@/api/types'
import { useSubmit } from '@/forms/useSubmit'
import { faultOf, isBusy, type FileFault } from './rosterRules'

export const PAGE_SIZE = 50
const POLL_MS = 700

export function useRosterImport(cohortId: string | null) {
  const route = useRoute()
  const router = useRouter()
  const queries = useQueryClient()
  const importId = computed(() => (typeof route.query.import === 'string' ? route.query.import : null))
  const onlyWrong = ref(false)
  const page = ref(1)
  const fault = ref<FileFault | null>(null)

  const recent = reactive(useQuery({ queryKey: ['rosters', cohortId], queryFn: () => listRosters(cohortId) }))
  const current = reactive(useQuery({
    queryKey: ['roster', importId],
    queryFn: () => showRoster(importId.value ?? ''),
    enabled: computed(() => importId.value !== null),
    refetchInterval: (query) => (query.state.data !== undefined && isBusy(query.state.data) ? POLL_MS : false),
  }))
  const rows = reactive(useQuery({
    // The end of a check is another preview of the same import.
    queryKey: ['roster-rows', importId, onlyWrong, page, computed(() => current.data?.finished_at ?? null)],
    queryFn: () => listRosterRows(importId.value ?? '', { only_wrong: onlyWrong.value, page: page.value, size: PAGE_SIZE }),
    enabled: computed(() => current.data?.has_preview === true),
    placeholderData: (old) => old,
  }))

  watch(importId, () => {
    onlyWrong.value = false
    page.value = 1
  })

  function take(view: RosterImport): void {
    queries.setQueryData(['roster', view.id], view)
    void queries.invalidateQueries({ queryKey: ['rosters'] })
  }

  const sending = useSubmit((_key, file: File) => handInRoster(cohortId, file))
  const agreeing = useSubmit((_key, id: string) => importRoster(id))
  const undoing = useSubmit((_key, id: string) => undoRoster(id))
  const problem = computed(() => sending.problem.value ?? agreeing.problem.value ?? undoing.problem.value)

  async function send(file: File): Promise<void> {
    fault.value = faultOf(file)
    if (fault.value !== null) return
    const view = await sending.submit(file)
    if (view === null) return
    take(view)
    await open(view.id)
  }

  async function open(id: string | null): Promise<void> {
    sending.reset()
    agreeing.reset()
    undoing.reset()
    fault.value = null
    await router.replace({ query: id === null ? {} : { import: id } })
  }

  async function agree(id: string): Promise<void> {
    const view = await agreeing.submit(id)
    if (view !== null) take(view)
    else void current.refetch()
  }

  async function undo(id: string): Promise<boolean> {
    const view = await undoing.submit(id)
    if (view !== null) take(view)
    else void current.refetch()
    return view !== null
  }

  function filter(wrong: boolean): void {
    onlyWrong.value = wrong
    page.value = 1
  }

  return { importId, recent, current, rows, onlyWrong, page, fault, problem, sending: sending.pending, agreeing: agreeing.pending, undoing: undoing.pending, send, open, agree, undo, filter }
}
