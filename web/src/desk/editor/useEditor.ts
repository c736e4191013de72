/** The life of one product in the editor: loaded once, saved as a draft while it is typed, judged, published. */
import { useDebounceFn } from '@vueuse/core'
import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import { useRouter } from 'vue-router'
import * as desk from '@/api/desk'
import { Problem } from '@/api/problem'
import type { DeskProductView, QualityView } from '@/api/types'
import { newKey } from '@/forms/idempotency'
import { useSubmit } from '@/forms/useSubmit'
import { useLeaf, useOwnProduct } from '../queries'
import { emptyForm, faultsOf, formOf, toDraft, toUpdate, type EditorForm } from './form'
import { useSkuRows } from './useSkuRows'

const SAVE_AFTER_MS = 1500
const JUDGE_AFTER_MS = 500

/** A reload finds the draft. The router would build the page anew and take the field from under the fingers. */
function renameAddress(path: string): void {
  history.replaceState({ ...history.state, current: path }, '', path)
}

export function useEditor(id: () => string | undefined) {
  const router = useRouter()
  const form = ref<EditorForm>(emptyForm())
  const productId = ref(id())
  const product = useOwnProduct(productId)
  const leafQuery = useLeaf(() => form.value.category)
  const leaf = computed(() => (form.value.category === '' || leafQuery.data?.code !== form.value.category ? null : leafQuery.data))
  const rows = useSkuRows(form)
  const saved = shallowRef<DeskProductView | null>(null)
  const saveTrouble = shallowRef<Problem | null>(null)
  const quality = shallowRef<QualityView | null>(null)
  const tried = ref(false)
  const draftKey = newKey()
  let lastSaved = ''
  let saving: Promise<void> | null = null
  let left = false

  const snapshot = (): string => JSON.stringify(toDraft(form.value, leaf.value))
  const ready = computed(() => productId.value === undefined || saved.value !== null)
  /** A category whose questions are still on their way would be lost from the draft. */
  const settled = computed(() => form.value.category === '' || leaf.value !== null)

  watch(() => product.data, (data) => {
    if (data === undefined || saved.value !== null) return
    saved.value = data
    form.value = formOf(data)
    rows.reset()
    lastSaved = ''
  }, { immediate: true })

  async function judge(): Promise<void> {
    try {
      quality.value = await desk.judgeProduct(toDraft(form.value, leaf.value))
    } catch (error) {
      if (!(error instanceof Problem)) throw error
    }
  }

  /** Saves what is new; while one save is under way the next waits, so that an older draft never wins. */
  async function save(): Promise<void> {
    while (saving !== null) await saving
    const body = toDraft(form.value, leaf.value)
    const text = JSON.stringify(body)
    if (left || !settled.value || text === lastSaved) return
    saving = keep(body, text)
    await saving
    saving = null
  }

  async function keep(body: ReturnType<typeof toDraft>, text: string): Promise<void> {
    try {
      const kept = productId.value === undefined ? await desk.beginDraft(body, draftKey) : await desk.saveDraft(productId.value, body)
      saved.value = kept
      lastSaved = text
      saveTrouble.value = null
      if (productId.value === undefined) {
        productId.value = kept.id
        if (!left) renameAddress(router.resolve({ name: 'desk-product', params: { id: kept.id } }).href)
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      saveTrouble.value = error
    }
  }

  const saveSoon = useDebounceFn(save, SAVE_AFTER_MS)
  const judgeSoon = useDebounceFn(judge, JUDGE_AFTER_MS)
  watch([form, leaf], () => {
    if (!ready.value || !settled.value) return
    void judgeSoon()
    // What has just been loaded, or is still empty, is not worth a draft.
    if (lastSaved === '') lastSaved = productId.value === undefined ? JSON.stringify(toDraft(emptyForm(), null)) : snapshot()
    else if (snapshot() !== lastSaved) void saveSoon()
  }, { deep: true, immediate: true })
  onBeforeUnmount(() => {
    void save()
    left = true
  })

  const faults = computed(() => faultsOf(form.value, leaf.value))
  const blocking = computed(() => quality.value?.words.filter((word) => word.blocks) ?? [])
  const { pending, problem, submit } = useSubmit(async (key, onShelf: boolean): Promise<DeskProductView> => {
    if (leaf.value === null) throw new Error('A form without faults has a category.')
    const body = toUpdate(form.value, leaf.value, onShelf)
    return productId.value === undefined ? desk.createProduct({ ...body, on_shelf: onShelf }, key) : desk.updateProduct(productId.value, body)
  })

  /** Publishes to the shelf or the warehouse; null when something has to be mended first. */
  async function publish(onShelf: boolean): Promise<DeskProductView | null> {
    tried.value = true
    if (faults.value.length > 0 || (onShelf && blocking.value.length > 0)) return null
    while (saving !== null) await saving
    const done = await submit(onShelf)
    if (done !== null) left = true
    return done
  }

  async function discard(): Promise<void> {
    if (productId.value === undefined) return
    const back = await desk.discardDraft(productId.value)
    saved.value = back
    lastSaved = ''
    form.value = formOf(back)
    rows.reset()
  }

  return { form, product, leaf, rows, saved, saveTrouble, quality, tried, faults, blocking, pending, problem, ready, save, publish, discard }
}
