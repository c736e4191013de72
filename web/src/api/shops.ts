/** What a learner asks of the mall to open a store, to keep it, and to set what sending costs; and the lecturer's queue. */
import { call, client, intent } from './client'
import type { Approval, FreightTemplateWrite, FreightTry, MemberInvite, Remark, ShopUpdate, StoreWrite, SubjectWrite } from './types'

export const showRegistration = () => call(client.GET('/api/v1/mall/desk/registration'))
export const showEntry = () => call(client.GET('/api/v1/mall/desk/registration/entry'))
export const checkName = (name: string) => call(client.GET('/api/v1/mall/desk/registration/name-check', { params: { query: { name } } }))
export const beginRegistration = (key: string) => call(client.POST('/api/v1/mall/desk/registration', { body: { intro: '' }, params: { header: intent(key) } }))
export const setSubject = (body: SubjectWrite) => call(client.PUT('/api/v1/mall/desk/registration/subject', { body }))
export const setStore = (body: StoreWrite) => call(client.PUT('/api/v1/mall/desk/registration/store', { body }))
export const setPapers = (codes: string[]) => call(client.PUT('/api/v1/mall/desk/registration/papers', { body: { codes } }))
export const payDeposit = (key: string) => call(client.POST('/api/v1/mall/desk/registration/deposit', { params: { header: intent(key) } }))
export const agree = (version: string) => call(client.PUT('/api/v1/mall/desk/registration/agreement', { body: { version, agreed: true } }))
export const submitRegistration = (key: string) => call(client.POST('/api/v1/mall/desk/registration/submit', { params: { header: intent(key) } }))
export const takeBack = () => call(client.POST('/api/v1/mall/desk/registration/take-back'))
export const abandon = () => call(client.POST('/api/v1/mall/desk/registration/abandon'))

export const listRegistrations = () => call(client.GET('/api/v1/mall/registrations'))
export const setApproval = (approval: Approval) => call(client.PUT('/api/v1/mall/registrations/approval', { body: { approval } }))
export const approveRegistration = (registration_id: string) => call(client.POST('/api/v1/mall/registrations/{registration_id}/approve', { params: { path: { registration_id } } }))
export const returnRegistration = (registration_id: string, remarks: Remark[]) =>
  call(client.POST('/api/v1/mall/registrations/{registration_id}/return', { params: { path: { registration_id } }, body: { remarks } }))

export const updateShop = (body: ShopUpdate) => call(client.PATCH('/api/v1/mall/desk/shop', { body }))
export const setReturnAddress = (region_code: string) => call(client.PUT('/api/v1/mall/desk/shop/return-address', { body: { region_code } }))
export const closeShop = () => call(client.POST('/api/v1/mall/desk/shop/close'))
export const showLicence = (shop_id: string) => call(client.GET('/api/v1/mall/shops/{shop_id}/licence', { params: { path: { shop_id } } }))

export const listTemplates = () => call(client.GET('/api/v1/mall/desk/freight-templates'))
export const showTemplate = (template_id: string) => call(client.GET('/api/v1/mall/desk/freight-templates/{template_id}', { params: { path: { template_id } } }))
export const createTemplate = (body: FreightTemplateWrite, key: string) => call(client.POST('/api/v1/mall/desk/freight-templates', { body, params: { header: intent(key) } }))
export const updateTemplate = (template_id: string, body: FreightTemplateWrite) => call(client.PUT('/api/v1/mall/desk/freight-templates/{template_id}', { params: { path: { template_id } }, body }))
export const copyTemplate = (template_id: string, key: string) =>
  call(client.POST('/api/v1/mall/desk/freight-templates/{template_id}/copy', { params: { path: { template_id }, header: intent(key) } }))
export const makeDefault = (template_id: string) => call(client.POST('/api/v1/mall/desk/freight-templates/{template_id}/make-default', { params: { path: { template_id } } }))
export const removeTemplate = (template_id: string) => call(client.DELETE('/api/v1/mall/desk/freight-templates/{template_id}', { params: { path: { template_id } } }))
export const tryFreight = (body: FreightTry) => call(client.POST('/api/v1/mall/desk/freight-templates/previews', { body }))

export const listMembers = () => call(client.GET('/api/v1/mall/desk/members'))
export const inviteMember = (body: MemberInvite, key: string) => call(client.POST('/api/v1/mall/desk/members', { body, params: { header: intent(key) } }))
export const removeMember = (member_id: string) => call(client.POST('/api/v1/mall/desk/members/{member_id}/remove', { params: { path: { member_id } } }))
export const listInvitations = () => call(client.GET('/api/v1/mall/desk/invitations'))
export const acceptInvitation = (member_id: string) => call(client.POST('/api/v1/mall/desk/invitations/{member_id}/accept', { params: { path: { member_id } } }))
export const declineInvitation = (member_id: string) => call(client.POST('/api/v1/mall/desk/invitations/{member_id}/decline', { params: { path: { member_id } } }))
export const leaveShop = () => call(client.POST('/api/v1/mall/desk/work-places/leave'))
export const enterShop = (shop_id: string) => call(client.POST('/api/v1/mall/desk/work-places/{shop_id}/enter', { params: { path: { shop_id } } }))
