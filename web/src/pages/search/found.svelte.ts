// What a search finds. The cards are asked for alone, so that they are there first; how many there are in all, and
// how they divide, is asked beside them. Either may be of the search before while it is read anew: each keeps what
// was asked, so that no number stands over the cards of another search.
import { queryKeys } from '../../lib/api/keys'
import { searchCards, searchCounts, type Schema, type SearchParams } from '../../lib/api/queries'
import { show, showPages } from '../../lib/query.svelte'

type Answer = Schema['SearchPage'] & { asked: SearchParams }

const same = (one: SearchParams | null, other: SearchParams) => JSON.stringify(one) === JSON.stringify(other)

/** The search whose results a page has: with another spelling, when nobody was found for what was typed. */
const searchOf = ({ asked, corrected }: Answer): SearchParams =>
  corrected?.instead ? { ...asked, q: corrected.q } : asked

export function showFound(search: () => SearchParams | null) {
  const pages: ReturnType<typeof showPages<Answer>> = showPages<Answer>(() => {
    const asked = search()
    return (
      asked && {
        key: [...queryKeys.search, 'cards', asked],
        read: async (cursor) => {
          const first = pages.first.data
          const query = cursor && first ? { ...searchOf(first), cursor } : asked
          return { ...(await searchCards(query)), asked }
        }
      }
    )
  }, true)
  /** The first page, once it is of what is asked now. */
  const first = $derived.by(() => {
    const page = pages.first.data
    return page && same(search(), page.asked) ? page : undefined
  })
  const counts = show<Answer>(() => {
    const asked = search()
    return (
      asked && {
        key: [...queryKeys.search, 'counts', asked],
        read: async () => ({ ...(await searchCounts(asked)), asked })
      }
    )
  }, true)
  /** How many there are of those whose cards are shown, once that is known; "or more" when it cannot be. */
  const total = $derived.by(() => {
    const shown = pages.first.data
    if (!shown || shown.total.exact) return shown?.total
    const numbers = counts.data
    if (numbers && same(searchOf(shown), searchOf(numbers))) return numbers.total
    // Not to be known: it cannot be read, or what was found has changed between the two answers.
    return first && (counts.error || (numbers && same(first.asked, numbers.asked))) ? shown.total : undefined
  })

  return {
    pages,
    counts,
    get total() {
      return total
    },
    /** The number as it is read out: nothing while it is being read, or it would be followed by another. */
    get final() {
      if (!first || pages.first.fetching || pages.first.error) return undefined
      return !first.total.exact && counts.fetching ? undefined : total
    },
    /** Whether all there are, are shown; as long as only "or more" is known, there may be others. */
    get whole() {
      return total?.exact === true && pages.items.length >= total.count
    }
  }
}
