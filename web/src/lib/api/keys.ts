// Names of what is kept from the server, so that an act or a live event can say what has become old.
export const queryKeys = {
  instance: ['instance'],
  vocabulary: ['vocabulary'],
  search: ['search'],
  topics: ['topics'],
  members: ['members'],
  myProfile: ['me', 'profile'],
  myVerification: ['me', 'verification'],
  tmtp: ['me', 'tmtp'],
  introductions: ['introductions'],
  quota: ['quota'],
  blocks: ['blocks'],
  cases: ['case'],
  queue: ['queue'],
  twoPerson: ['two-person'],
  vouches: ['vouch'],
  appeals: ['appeal'],
  complaints: ['complaint'],
  retention: ['retention'],
  levels: ['case', 'level'],
  policies: ['policies']
} as const
