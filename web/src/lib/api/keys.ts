// Names of what is kept from the server, so that an act or a live event can say what has become old.
export const queryKeys = {
  instance: ['instance'],
  vocabulary: ['vocabulary'],
  search: ['search'],
  topics: ['topics'],
  members: ['members'],
  myProfile: ['me', 'profile'],
  myVerification: ['me', 'verification'],
  proofs: ['me', 'proofs'],
  connectors: ['admin', 'connectors'],
  rosters: ['admin', 'rosters'],
  tmtp: ['me', 'tmtp'],
  introductions: ['introductions'],
  quota: ['quota'],
  blocks: ['blocks'],
  cases: ['case'],
  queue: ['queue']
} as const
