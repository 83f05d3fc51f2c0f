// The keys of all parts, for the type checker only.
import type account from './en/account.json'
import type admin from './en/admin.json'
import type evidence from './en/evidence.json'
import type introductions from './en/introductions.json'
import type me from './en/me.json'
import type messages from './en/messages.json'
import type profile from './en/profile.json'
import type proofs from './en/proofs.json'
import type search from './en/search.json'
import type shell from './en/shell.json'
import type topic from './en/topic.json'
import type verification from './en/verification.json'
import type verify from './en/verify.json'

export type English = typeof account &
  typeof admin &
  typeof evidence &
  typeof introductions &
  typeof me &
  typeof messages &
  typeof profile &
  typeof proofs &
  typeof search &
  typeof shell &
  typeof topic &
  typeof verification &
  typeof verify
