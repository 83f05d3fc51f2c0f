// The keys of all parts, for the type checker only.
import type account from './en/account.json'
import type profile from './en/profile.json'
import type search from './en/search.json'
import type shell from './en/shell.json'
import type topic from './en/topic.json'

export type English = typeof account & typeof profile & typeof search & typeof shell & typeof topic
