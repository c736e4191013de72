/** Filling in an address: begins with an invented receiver, leafs to another, or shows the one to be changed. */
import { computed, reactive, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { addAddress, changeAddress, suggestAddress } from '@/api/buyer'
import { fieldMessages } from '@/api/problem'
import type { AddressView, AddressWrite } from '@/api/types'
import { useSubmit } from '@/forms/useSubmit'
import { useToast } from '@/parts/useToast'
import { useBuyerStale } from './buyerQueries'

export const LABELS = ['home', 'office', 'school', 'none'] as const
const SUGGESTIONS = 1000
const empty = (): AddressWrite => ({ label: 'none', name: '', phone: '', region_code: '', street: '', is_default: false })

export function useAddressForm() {
  const { t } = useI18n()
  const { say } = useToast()
  const stale = useBuyerStale()
  const form = reactive<AddressWrite>(empty())
  const editing = ref<string | null>(null)
  let ordinal = 0
  const saving = useSubmit((key, body: AddressWrite) => (editing.value === null ? addAddress(body, key) : changeAddress(editing.value, body)))
  const suggesting = useSubmit((_key, n: number) => suggestAddress(n))
  const wrong = computed(() => fieldMessages(saving.problem.value))
  const isComplete = computed(() => form.name.trim().length >= 2 && form.phone.trim() !== '' && form.region_code !== '' && form.street.trim().length >= 4)

  /** Another invented person; what the learner chose of place and label stays once there is any. */
  async function another(): Promise<void> {
    ordinal = (ordinal + 1) % SUGGESTIONS
    const made = await suggesting.submit(ordinal)
    if (made === null) return
    form.name = made.name
    form.phone = made.phone
    if (form.region_code === '') form.region_code = made.region_code
    if (form.street === '') form.street = made.street
  }

  /** Each new form starts with the next person, so that two addresses are two people. */
  function begin(address: AddressView | null, known: number): void {
    saving.reset()
    editing.value = address?.id ?? null
    Object.assign(form, empty())
    if (address === null) {
      ordinal = Math.max(ordinal, known)
      void another()
      return
    }
    const { name, phone, region_code, street, is_default } = address
    Object.assign(form, { label: LABELS.find((label) => label === address.label) ?? 'none', name, phone, region_code, street, is_default })
  }

  /** Returns the id of what was saved, null if it was refused. */
  async function save(): Promise<string | null> {
    const before = editing.value
    const book = await saving.submit({ ...form })
    if (book === null) return null
    stale.addresses()
    say(t('address.saved'))
    return before ?? book.rows.map((row) => row.id).reduce((newest, id) => (id > newest ? id : newest), '')
  }

  return { form, editing, saving, wrong, isComplete, another, begin, save }
}
