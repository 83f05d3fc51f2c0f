// The keys of all parts, for the type checker only.
import type account from './en/account.json'
import type auditing from './en/auditing.json'
import type evidence from './en/evidence.json'
import type introductions from './en/introductions.json'
import type me from './en/me.json'
import type messages from './en/messages.json'
import type profile from './en/profile.json'
import type provenance from './en/provenance.json'
import type search from './en/search.json'
import type shell from './en/shell.json'
import type topic from './en/topic.json'
import type verification from './en/verification.json'
import type verify from './en/verify.json'

export type English = typeof account &
  typeof auditing &
  typeof evidence &
  typeof introductions &
  typeof me &
  typeof messages &
  typeof profile &
  typeof provenance &
  typeof search &
  typeof shell &
  typeof topic &
  typeof verification &
  typeof verify
