// What a screen reader is told of the pages of search and of what is kept of it: see lib/trees.ts.
import { expect, test } from './lib/test'
import { expectTold, told, type Tree } from './lib/trees'
import { unwrapped } from './lib/unwrapped'

const form = (words: string) => `
    - heading "Find members" [level=1]
    - search:
      - combobox "Name, topic or keyword": ${words}
      - button "Search"
    - paragraph: /To narrow it down/`

const saved = `
    - heading "Saved searches" [level=1]
    - paragraph: /^Run a search again/`

const trees: Tree[] = [
  [
    'nobody',
    'search',
    `
    - heading "Find members" [level=1]
    - paragraph: /^By what they know/
    - search:
      - combobox "Name, topic or keyword"
      - button "Search"
    - paragraph: /To narrow it down/
    - region "Often looked for":
      - heading "Often looked for" [level=2]
      - list:
        - listitem:
          - link "Everyone"
    - list:
      - listitem:
        - heading "Find the right person" [level=2]
      - listitem:
        - heading "Ask to be introduced" [level=2]
      - listitem:
        - heading "Write to each other" [level=2]`
  ],
  [
    'member',
    'topics completing',
    `
    - search:
      - combobox "Name, topic or keyword" [expanded]: wood
      - listbox "Suggestions":
        - group "Topics":
          - option /^Wood Science and Technology Physical Sciences/
        - group "Places":
          - option /^Woodlands/
      - status: /^\\d+ suggestions$/
      - button "Search"`
  ],
  [
    'member',
    'chosen filters',
    `${form('wood')}
    - status: /^\\d+ members$/
    - list "What you look for":
      - listitem:
        - button "Remove “wood”"
      - listitem:
        - button "Remove Switzerland"
      - listitem:
        - 'button "Remove At least: Known to the society"'
      - listitem:
        - link "Clear all"
    - group "Filters":
      - group "Near a place":
        - combobox "Place to be near"
      - group "Topic":
        - checkbox /^Wood Science and Technology/
      - group "Country":
        - checkbox /^Switzerland/ [checked]
      - group "Verified, at least":
        - checkbox /^Contactable/
        - checkbox /^Known to the society/ [checked]
        - checkbox /^Identity checked/
    - region "Results":
      - paragraph: /^\\d+ members$/
      - button "Save this search"
      - list:
        - listitem:
          - article:
            - heading "Amelia Brandt" [level=2]:
              - link "Amelia Brandt"
            - paragraph: Structural engineer, timber and hybrid buildings
            - list "Topics":
              - listitem:
                - link "Wood Science and Technology"
            - paragraph: /^Identity checked by/
            - paragraph:
              - strong: "Why:"`
  ],
  [
    'asker',
    'who could introduce',
    `${form('seismic')}
    - region "Results":
      - list:
        - listitem:
          - article:
            - heading "Bruno Castelli" [level=2]:
              - link "Bruno Castelli"
            - link "Ask for an introduction Bruno Castelli"
            - paragraph: "1 of your contacts could introduce you: Walter Brandt"`
  ],
  [
    'member',
    'another spelling, searched',
    `${form('Castely')}
    - status: /^Nobody was found for “Castely”. These are the members for “Castelli”. 1 member$/
    - region "Results":
      - paragraph: /^Nobody was found for “Castely”/
      - paragraph: 1 member`
  ],
  [
    'member',
    'nobody found',
    `${form('zzzzzz')}
    - status: Nobody was found
    - list "What you look for":
      - listitem:
        - button "Remove “zzzzzz”"
      - listitem:
        - button "Remove Switzerland"
    - region "Results":
      - heading "Nobody was found" [level=2]
      - button "Remove the filters"
      - button "Tell me when somebody comes"
      - button "Ask the organisation"`
  ],
  [
    'member',
    'words that cannot be understood',
    `${form('skil:wood')}
    - list "What you look for":
      - listitem:
        - button "Remove “skil:wood”"
    - region "Results":
      - alert:
        - paragraph:
          - strong: /Did you mean “skill:”/`
  ],
  [
    'member',
    'saving a search with errors',
    `
    - dialog "Save this search":
      - heading "Save this search" [level=2]
      - button "Close"
      - alert:
        - heading "There is a problem" [level=2]
        - list:
          - listitem:
            - link
      - textbox "Name" [invalid]
      - combobox "Tell me of new members"
      - button "Save"
      - button "Cancel"`
  ],
  [
    'member',
    'asking the organisation with errors',
    `
    - dialog "Ask the organisation":
      - heading "Ask the organisation" [level=2]
      - button "Close"
      - alert:
        - list:
          - listitem:
            - link "Say whom you look for"
      - textbox "Whom do you look for, and what for?" [invalid]
      - paragraph: 1,000 characters left
      - button "Send the question"
      - button "Cancel"`
  ],
  [
    'newcomer',
    'saved searches, none',
    `${saved}
    - heading "No search is saved yet" [level=2]
    - link "Find members"
    - heading "Whom you know" [level=2]
    - group "Who may learn that somebody is a contact of yours":
      - radio "Nobody" [checked]
      - radio "My contacts"
      - radio "All members"
    - button "Save"`
  ],
  [
    'member',
    'a saved search, changing',
    `${saved}
    - paragraph: 3 of 50 saved.
    - list:
      - listitem:
        - heading "Glaciers" [level=2]:
          - link "Glaciers"
        - paragraph: “glacier” · Switzerland · Austria
        - paragraph: Nobody new Paused
        - textbox "Name": Glaciers
        - combobox "Tell me of new members":
          - option "At most once a week" [selected]
        - group "How":
          - checkbox /^By e-mail too/ [checked]
          - checkbox /^Pause for now/ [checked]
        - button "Save"
        - button "Cancel"
      - listitem:
        - heading "Near Zürich" [level=2]
        - paragraph: “timber OR wood” · Within 100 km of Zürich
        - link "Search Near Zürich"
        - button "Change Near Zürich"
        - button "Delete Near Zürich"
    - heading "Your questions to the organisation" [level=2]
    - list:
      - listitem:
        - paragraph: /^Somebody who has tested dowels/
        - paragraph: /^Write to Bruno Castelli/`
  ],
  [
    'member',
    'a saved search, deleting',
    `
    - dialog "Delete “Glaciers”?":
      - heading "Delete “Glaciers”?" [level=2]
      - button "Close"
      - paragraph: /^You are told of nobody any more/
      - button "Delete"
      - button "Cancel"`
  ],
  [
    'member',
    'whom a saved search told of',
    `
    - paragraph:
      - link "Saved searches"
    - heading "New in “Joints that shake”" [level=1]
    - list:
      - listitem:
        - article:
          - heading "Bruno Castelli" [level=2]:
            - link "Bruno Castelli"`
  ],
  [
    'verifier',
    'questions of members, answering with errors',
    `
    - heading "Questions of members" [level=1]
    - navigation "What to look at":
      - list:
        - listitem:
          - link "Open"
        - listitem:
          - link "Answered"
    - list:
      - listitem:
        - heading "Clara Novak" [level=2]:
          - link "Clara Novak"
        - paragraph: Somebody for small bridges near Brno.
        - paragraph: "Searched for: Tuberculosis · Czechia"
        - group:
          - alert:
            - list:
              - listitem:
                - link "Write an answer"
          - textbox "Answer" [invalid]
          - button "Send the answer"`
  ]
]

told(trees)

/** The search as the server renders it, with what it is called there. */
const still = (words: string) => `
    - heading "Find members" [level=1]
    - search:
      - paragraph:
        - searchbox "Name, profession or topic": ${words}
      - paragraph:
        - button "Search"
      - group: What can be typed`

const rendered: [string, string][] = [
  [
    '/embed/search?q=Amelia',
    `${still('Amelia')}
    - heading "1 member found" [level=2]
    - list "1 member found":
      - listitem:
        - heading "Amelia Brandt" [level=3]:
          - link "Amelia Brandt"
    - navigation "Topics":
      - heading "Topics" [level=2]
      - list:
        - listitem:
          - link "Wood Science and Technology"
    - navigation "Countries":
      - heading "Countries" [level=2]
    - navigation "Verified":
      - heading "Verified" [level=2]`
  ],
  [
    '/?q=skill:xyzzy',
    `${still('skill:xyzzy')}
    - alert: No topic is called “xyzzy”.
    - paragraph: /needs JavaScript/`
  ]
]

for (const [path, tree] of rendered)
  test(`a screen reader is told what there is, and Tab goes to all of it, without JavaScript: ${path}`, async ({ open }) => {
    const page = await open()
    await unwrapped(page, path)
    await expectTold(page, tree)
  })

test('how many were found is read out, and that nobody was', async ({ open }) => {
  const page = await open()
  await page.goto('/?q=Amelia')
  // What is not there before it has something to say is not listened to.
  const said = await page.getByRole('main').getByRole('status').filter({ hasText: '1 member' }).elementHandle()
  const box = page.getByRole('combobox', { name: 'Name, topic or keyword' })
  await box.fill('zzzzzz')
  await box.press('Enter')
  await expect(page.getByRole('heading', { name: 'Nobody was found' })).toBeVisible()
  await expect.poll(() => said?.innerText()).toBe('Nobody was found')
  await page.getByRole('link', { name: 'Show everyone' }).click()
  await expect(page.getByRole('link', { name: 'Amelia Brandt', exact: true })).toBeVisible()
  await expect.poll(() => said?.innerText()).toMatch(/^\d+ members$/)
})
