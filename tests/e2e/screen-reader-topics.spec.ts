// What a screen reader is told of the pages where topics are kept and proposed, and where members say who may use
// what they show: see lib/trees.ts.
import { cast } from './lib/cast'
import { expect, test } from './lib/test'
import { told, type Tree } from './lib/trees'
import { settled } from './lib/visit'

const topics = `
    - paragraph:
      - link "Back to administration"
    - heading "Topics" [level=1]
    - navigation "Topics to look at":
      - list:
        - listitem:
          - link "From the top"
        - listitem:
          - link "Without a place"
        - listitem:
          - link "Our own"
        - listitem:
          - link "Retired"
        - listitem:
          - link /^Proposals/`

const trees: Tree[] = [
  [
    'admin',
    'topics found',
    `
    - status: /^\\d+ topics$/${topics}
    - search:
      - searchbox "Find a topic by any of its names": seismic
      - button "Find"
    - list:
      - listitem:
        - link "Seismicity and Tectonic Plate Interactions"
        - text: /Physical Sciences › Earth and Planetary Sciences › Geophysics · \\d+ members/
    - group: Make a new topic
    - region "Taxonomies":
      - heading "Taxonomies" [level=2]`
  ],
  [
    'admin',
    'topics, a new one with errors',
    `${topics}
    - list:
      - listitem:
        - link "Health Sciences"
      - listitem:
        - link "Social Sciences"
    - group:
      - text: Make a new topic
      - alert:
        - list:
          - listitem:
            - link "Write the name."
      - textbox "Name" [invalid]
      - combobox "Language":
        - option "English" [selected]
      - combobox "Within"
      - button "Make the topic"`
  ],
  [
    'admin',
    'a topic',
    `${topics}
    - article "Tuberculosis":
      - heading "Tuberculosis" [level=2]
      - heading "Within" [level=3]
      - list:
        - listitem:
          - link "Infectious Diseases"
      - heading "Names" [level=3]
      - list:
        - listitem:
          - text: Tuberculosis English · Preferred name
          - 'button "Take away: Tuberculosis"'
      - group:
        - textbox "Name"
        - combobox "Language"
        - group "What kind of name":
          - radio /^Preferred name/
          - radio /^Other name/ [checked]
          - radio /^Hidden/
        - button "Add the name"
      - group:
        - combobox "Within"
        - button "Put it there"
      - group:
        - paragraph: /This cannot be undone/
        - combobox "The topic that stays"
        - button "Merge"`
  ],
  [
    'admin',
    'a proposal of a topic, deciding with errors',
    `${topics}
    - heading "Proposals" [level=2]
    - list:
      - listitem:
        - heading "Shaking tables" [level=3]
        - paragraph: /^English · 1 member wants it/
        - group:
          - alert:
            - list:
              - listitem:
                - link "Choose a topic from the list."
          - group "What becomes of it":
            - radio /^A new topic/
            - radio /^Another name of a topic/
            - radio /^The same as a topic/ [checked]
            - radio /^No topic/
          - combobox "The topic that stays" [invalid]
          - button "Decide"`
  ],
  [
    'friend',
    'my profile, proposing a topic with errors',
    `
    - heading "My profile" [level=1]
    - region "On the web":
      - heading "On the web" [level=2]
      - paragraph: /^Only members see your profile now/
      - group "Who may use your public profile":
        - checkbox "Search engines may list it"
        - checkbox /^Programs that gather text/
      - button "Keep these choices"
    - region "A topic is missing?":
      - heading "A topic is missing?" [level=2]
      - group:
        - alert:
          - list:
            - listitem:
              - link "Write what the topic is called."
        - textbox "What it is called" [invalid]
        - button "Propose it"`
  ]
]

told(trees)

test('looking at other topics keeps the focus, and opening one moves it to its heading', async ({ open }) => {
  const page = await open(cast().admin)
  await page.goto('/admin/topics')
  for (const name of ['Without a place', 'Our own', 'Retired', /^Proposals/, 'From the top']) {
    const link = page.getByRole('navigation', { name: 'Topics to look at' }).getByRole('link', { name })
    await link.press('Enter')
    await settled(page)
    await expect(link).toBeFocused()
  }
  const box = page.getByRole('searchbox')
  await box.fill('seismicity')
  await box.press('Enter')
  await expect(page.getByRole('status').filter({ hasText: '1 topic' })).toBeAttached()
  await expect(box).toBeFocused()
  await page.getByRole('link', { name: 'Seismicity and Tectonic Plate Interactions' }).press('Enter')
  await expect(page.getByRole('heading', { level: 2 })).toBeFocused()
})
