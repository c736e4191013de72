/** Roles as the forms offer them; the server decides. */
import type { GrantGive, Role } from '@/api/types'

export interface RoleChoice {
  role: Role
  institution_id: string
  region_code: string
}

const GIVES: Record<string, readonly Role[]> = {
  operator: ['lecturer', 'institution', 'officer', 'scorer', 'supplier', 'operator'],
  institution: ['lecturer', 'institution'],
}

export const rolesGivenBy = (role: string): readonly Role[] => GIVES[role] ?? []
export const needsInstitution = (role: Role): boolean => role === 'institution' || role === 'lecturer'
export const needsRegion = (role: Role): boolean => role === 'officer'
export const freshChoice = (): RoleChoice => ({ role: 'lecturer', institution_id: '', region_code: '' })

/** Says whether everything a role needs has been chosen; an institution's own people need not name it. */
export function isComplete(choice: RoleChoice, giver: string): boolean {
  if (needsInstitution(choice.role)) return giver !== 'operator' || choice.institution_id !== ''
  return !needsRegion(choice.role) || choice.region_code !== ''
}

/** What is sent: only what the role needs. */
export function grantOf(choice: RoleChoice): GrantGive {
  return {
    role: choice.role,
    institution_id: needsInstitution(choice.role) && choice.institution_id !== '' ? choice.institution_id : null,
    region_code: needsRegion(choice.role) ? choice.region_code : null,
  }
}

/** Where somebody's office begins: whoever opens classes sees where he does that, an overseer the classes, others the houses. */
export function homeOfOffice(can: (capability: string) => boolean): 'office-manage' | 'office-classes' | 'office-institutions' {
  if (can('classroom.open')) return 'office-manage'
  return can('identity.oversee') ? 'office-classes' : 'office-institutions'
}
