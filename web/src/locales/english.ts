// The keys of all parts, for the type checker only.
import type account from './en/account.json'
import type admin from './en/admin.json'
import type auditing from './en/auditing.json'
import type evidence from './en/evidence.json'
import type handling from './en/handling.json'
import type files from './en/files.json'
import type keep from './en/keep.json'
import type introducers from './en/introducers.json'
import type introductions from './en/introductions.json'
import type level from './en/level.json'
import type me from './en/me.json'
import type messages from './en/messages.json'
import type people from './en/people.json'
import type place from './en/place.json'
import type policy from './en/policy.json'
import type profile from './en/profile.json'
import type redress from './en/redress.json'
import type proofs from './en/proofs.json'
import type provenance from './en/provenance.json'
import type questions from './en/questions.json'
import type saved from './en/saved.json'
import type search from './en/search.json'
import type staff from './en/staff.json'
import type shell from './en/shell.json'
import type topic from './en/topic.json'
import type verification from './en/verification.json'
import type verify from './en/verify.json'
import type vouch from './en/vouch.json'

export type English = typeof account &
  typeof admin &
  typeof auditing &
  typeof evidence &
  typeof handling &
  typeof files &
  typeof introducers &
  typeof introductions &
  typeof keep &
  typeof level &
  typeof me &
  typeof messages &
  typeof people &
  typeof place &
  typeof policy &
  typeof profile &
  typeof redress &
  typeof proofs &
  typeof provenance &
  typeof questions &
  typeof saved &
  typeof search &
  typeof shell &
  typeof staff &
  typeof topic &
  typeof verification &
  typeof verify &
  typeof vouch
