// What members keep of searching, and how they are listed: saved searches, questions to the organisation, topics
// that are missing, contacts who could introduce, one under a pseudonym and one who is away.
import { signedIn, type Person } from './people'
import { sql } from './instance'

interface Keepers {
  member: Person
  friend: Person
  asker: Person
  second: Person
  verifier: Person
  hidden: Person
  away: Person
}

/** One saved search that has just told of somebody, one near a place, one that is paused. */
async function saveSearches({ member, friend }: Keepers): Promise<void> {
  const amelia = await signedIn(member)
  const told = await amelia.post('me/searches', { name: 'Joints that shake', q: 'seismic', every: 'daily' })
  await amelia.post('me/searches', { name: 'Near Zürich', q: 'timber OR wood', near: '2657896', km: 100, by_mail: false })
  const resting = await amelia.post('me/searches', { name: 'Glaciers', q: 'glacier', countries: ['CH', 'AT'] })
  await amelia.patch(`me/searches/${resting.json.id}`, { paused: true }, '*')
  await sql(
    `insert into agora.saved_search_told (search_id, account_id, at)
     select '${told.json.id}', a.id, now() + interval '1 second' from agora.account a where a.handle = '${friend.handle}'
         on conflict (search_id, account_id) do update set at = excluded.at;
     update agora.saved_search set alerted_at = now() where id = '${told.json.id}'`
  )
}

/** A question that was answered, and one that waits. */
async function askOrganisation({ member, asker, verifier }: Keepers): Promise<void> {
  const question = { q: 'cyclic', words: 'Somebody who has tested dowels under cyclic load, for a day in our laboratory.' }
  const asked = await (await signedIn(member)).post('me/concierge', question)
  await (await signedIn(verifier)).post(`concierge/${asked.json.id}/answer`, { answer: 'Write to Bruno Castelli in Graz; he tests joints.' })
  await (await signedIn(asker)).post('me/concierge', { topics: ['T10038'], countries: ['CZ'], words: 'Somebody for small bridges near Brno.' })
}

/** A contact of the asker's, who is one of the friend's too, both willing to say so. */
async function knowEachOther({ friend, asker, second }: Keepers): Promise<void> {
  const walter = await signedIn(second)
  const ask = { ask: 'advice', why: 'We met in Graz and would like to stay in touch about joints.' }
  for (const person of [friend, asker]) {
    const api = await signedIn(person)
    const { json } = await walter.post('introductions', { ...ask, to: person.handle })
    await api.post(`introductions/${json.id}/accept`)
    await sql(`update agora.contact set confirmed = true where introduction_id = '${json.id}'`)
  }
  for (const person of [friend, second]) await (await signedIn(person)).put('me/knows', { tier: 'members' })
}

/** All of it; the handle of the pseudonym. */
export async function makeKept(all: Keepers): Promise<string> {
  await saveSearches(all)
  await askOrganisation(all)
  await knowEachOther(all)
  await (await signedIn(all.friend)).post('me/topic-proposals', { kind: 'offering', lang: 'en', label: 'Shaking tables' })
  const lena = await (await signedIn(all.hidden)).patch('me/profile', { directory: { confidential: true } }, '*')
  const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)
  await (await signedIn(all.away)).patch('me/profile', { directory: { paused_until: until } }, '*')
  return lena.json.directory.pseudonym.handle
}
