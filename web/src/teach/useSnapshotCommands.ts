import { makeSnapshot, rollBack } from '@/api/teach'
import { useSubmit } from '@/forms/useSubmit'
import { useTeachStale } from './queries'

/** Making a snapshot and going back to one; afterwards the list is read again, and after a rollback everything is. */
export function useSnapshotCommands(everythingStale: () => void) {
  const stale = useTeachStale()
  const making = useSubmit((key, name: string) => makeSnapshot(name, key))
  const going = useSubmit((key, id: string) => rollBack(id, key))

  async function make(name: string): Promise<boolean> {
    const made = await making.submit(name.trim())
    stale()
    return made !== null
  }

  async function goBack(id: string): Promise<boolean> {
    const done = await going.submit(id)
    if (done === null) return false
    everythingStale()
    return true
  }

  return { make, goBack, making, going }
}
