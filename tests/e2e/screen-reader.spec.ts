// What a screen reader is told of each page of verification: see lib/trees.ts.
import { told, type Tree } from './lib/trees'

// A telephone offers to take a photograph.
const telephone = { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } }

const caseFacts = `
    - term: Given name
    - term: Family name
    - term: Date of birth
    - definition: 17 May 1980
    - region "Passport":
      - heading "Passport" [level=2]
      - term: Expires on
      - definition: 13 June 2032
    - region "Entry in the professional register":
      - heading "Entry in the professional register" [level=2]`

const trees: Tree[] = [
  [
    'newcomer',
    'be verified, before',
    `
    - heading "Be verified" [level=1]
    - heading "What you need" [level=2]
    - list:
      - listitem: /ten minutes/
    - group "How well should the organisation know you?":
      - radio /^Known to the society/ [checked]
      - radio /^Identity checked/
    - checkbox /trusted referee/
    - button "Begin"
    - paragraph:
      - link "Confirm where you work, or a page of yours"`
  ],
  [
    'applicant',
    'tasks',
    `
    - heading "Be verified" [level=1]
    - paragraph: 2 of 3 tasks completed.
    - list:
      - listitem:
        - link "Your details"
        - text: /Completed/
      - listitem:
        - link "Evidence"
        - text: /Completed/
      - listitem:
        - link "Check and send"
        - text: /Not yet started/
    - region "What is still needed for level 2":
      - heading "What is still needed for level 2" [level=2]
    - button "Withdraw the request"`
  ],
  [
    'applicant',
    'evidence',
    `
    - paragraph:
      - link "Back to the tasks"
    - heading "Evidence" [level=1]
    - list:
      - listitem:
        - heading "Passport" [level=2]
        - button "Remove Passport"
        - heading "Pictures or scans of Passport" [level=3]
        - button "Choose files of Passport"
        - button "Take a photograph of Passport"
      - listitem:
        - heading "Entry in the professional register" [level=2]
        - button "Choose files of Entry in the professional register"
        - button "Take a photograph of Entry in the professional register"
    - group: Ask a member to vouch for you
    - paragraph:
      - button "Add another"
      - link "Go on"`,
    telephone
  ],
  [
    'applicant',
    'details with errors',
    `
    - alert:
      - heading "There is a problem" [level=2]
      - list:
        - listitem:
          - link /^Date of birth/
    - textbox "Given name"
    - textbox "Family name"
    - textbox "Date of birth" [invalid]
    - button "Save"`
  ],
  [
    'reviewed',
    'in review',
    `
    - heading "Be verified" [level=1]
    - paragraph:
      - strong: A verifier is looking at your request
    - paragraph: You need do nothing now.
    - paragraph: /You can expect an answer by \\d+ \\w+ \\d{4}/
    - heading "What has happened" [level=2]
    - list:
      - listitem:
        - paragraph: A verifier has begun to look at it.
        - paragraph:
          - time: /\\d{4} at \\d+:\\d+/
      - listitem:
        - paragraph: It waits for a verifier.
      - listitem:
        - paragraph: It was sent to the verifiers.
      - listitem:
        - paragraph: The request was begun.
    - button "Withdraw the request"
    - heading "Your files" [level=2]
    - checkbox /^Destroy my files as soon as the decision is made/`
  ],
  [
    'refused',
    'appealing with errors',
    `
    - heading "Be verified" [level=1]
    - paragraph:
      - strong: We could not verify you
    - paragraph:
      - strong: What you can do now
    - list:
      - listitem: Ask again with a trusted referee.
      - listitem: /^Appeal by/
    - group:
      - text: Appeal the decision
      - alert:
        - list:
          - listitem:
            - link "Say what is wrong with the decision."
      - textbox "What is wrong with the decision?" [invalid]
      - group /^Was it hard for you to take part/:
        - checkbox /^A disability/
      - button "Send the appeal"`
  ],
  [
    'friend',
    'vouch requests',
    `
    - heading "Vouch requests" [level=1]
    - group: What your word means
    - list:
      - listitem:
        - heading "Dmitri Petrov" [level=2]:
          - link "Dmitri Petrov"
        - paragraph: /Waits for your answer/
        - blockquote: We tested joints together in Graz.
        - paragraph:
          - button /^I know this person/
          - button /^Decline/`
  ],
  [
    'verifier',
    'queue, mine',
    `
    - heading "Verification cases" [level=1]
    - button "Keys (?)"
    - button "Take next case"
    - navigation "Verification cases":
      - list:
        - listitem:
          - link "Waiting"
        - listitem:
          - link /^Second approvals/
        - listitem:
          - link /^Mine/
        - listitem:
          - link /^Held/
        - listitem:
          - link "All open"
        - listitem:
          - link "Decided"
    - table:
      - rowgroup:
        - row:
          - columnheader "Member"
          - columnheader "State"
          - columnheader "Level"
          - columnheader "Class"
          - columnheader "Sent"
          - columnheader "Rounds before"
          - columnheader "Due"
          - columnheader "With"
      - rowgroup:
        - row:
          - rowheader:
            - link "Greta Olsen"
          - cell "In review"
          - cell "You"`
  ],
  [
    'verifier',
    'case',
    `
    - paragraph:
      - link "Back to the queue"
    - heading "Greta Olsen" [level=1]
    - button "Release"
    - button "I am involved"
    - heading "What the member states" [level=2]${caseFacts}
    - heading "Level so far" [level=2]
    - paragraph: "Level 2, asked: 2"
    - heading "Shortest way on" [level=3]
    - heading "Possible duplicates" [level=2]
    - list:
      - listitem:
        - link "Grete Olsson"
    - heading "Decision" [level=2]
    - group "Can you confirm who this person is?":
      - radio "Yes"
      - radio "I need more from the member"
      - radio "No"
    - button "Continue"
    - group: Propose a meeting
    - group: Use a trusted referee
    - heading "History" [level=2]
    - list:
      - listitem:
        - paragraph: A verifier has begun to look at it.`
  ],
  [
    'second',
    'second approval, looking first',
    `
    - heading "Karin Blom" [level=1]
    - paragraph:
      - strong: "With a trusted referee:"${caseFacts}
    - heading "Second person" [level=2]
    - paragraph: /Viola Marchand recommends to approve/
    - paragraph: /^Look for yourself first/
    - group "What do you find? Passport":
      - radio "It holds"
      - radio "It does not hold"
      - radio "I cannot tell"
    - button "Save"
    - group "What do you find? Entry in the professional register":
      - radio "It holds"
    - button "Save"`
  ],
  [
    'admin',
    'deciding an appeal with errors',
    `
    - paragraph:
      - link "Back to the appeals"
    - heading "Appeal of Jan Kowalski" [level=1]
    - heading "What the member says" [level=2]
    - paragraph: The register entry is there.
    - heading "What it is about" [level=2]
    - term: Date of birth
    - definition: 17 May 1980
    - heading "Passport" [level=3]
    - heading "Decide" [level=2]
    - alert:
      - list:
        - listitem:
          - link "Choose what comes of it."
        - listitem:
          - link "Tell the member why."
    - group "What comes of it?":
      - radio "The decision stands"
      - radio "The decision does not stand"
      - radio "The decision is changed in part"
    - textbox "What the member reads" [invalid]
    - button "Save"`
  ],
  [
    'admin',
    'evidence policy, simulated',
    `
    - heading "Evidence policy" [level=1]
    - heading "Versions" [level=2]
    - heading "Simulate over all members" [level=2]
    - paragraph:
      - button "Simulate over all members"
    - heading "Write the next version" [level=2]
    - group "Worth of evidence":
      - combobox "Passport":
        - option "strong"
    - group "Numbers of the ladder":
      - textbox "Independent vouches that give level 2"
    - button "Save the draft"
    - heading /^Simulation of version/ [level=2]
    - status:
      - paragraph: /members? (was|were) scored/
      - paragraph: /would lose their level/
    - table "Members by level before and after":
      - rowgroup:
        - row "Before After Members"
    - heading "Publish" [level=2]
    - textbox "Why, for the second person"
    - button "Ask a second person"`
  ],
  [
    'admin',
    'recall, what it would reach',
    `
    - heading "Recall a verifier's work" [level=1]
    - textbox "The verifier's handle": viola-marchand
    - button "Show what it would reach"
    - heading "A recall of Viola Marchand's work would reach" [level=2]
    - table "A recall of Viola Marchand's work would reach":
      - rowgroup:
        - row "What How many"
      - rowgroup:
        - row /^Verifications that hold \\d+/:
          - rowheader "Verifications that hold"
        - row /^Contacts that end on the messaging server/`
  ],
  [
    'verifier',
    'figures',
    `
    - heading "Figures" [level=1]
    - heading "Waiting now" [level=2]
    - figure "Open requests by age":
      - table:
        - rowgroup:
          - row "Sent Requests"
        - rowgroup:
          - row /^up to 2 days ago \\d+/:
            - rowheader "up to 2 days ago"
    - heading "Decisions" [level=2]
    - figure "Decisions by month":
      - table:
        - rowgroup:
          - row "Month Approved Not approved"
    - figure "Time to a decision by month"
    - heading "Why requests were not approved" [level=2]
    - figure "Reasons"
    - heading "Appeals and complaints" [level=2]
    - heading "Appeals" [level=3]
    - term: Came
    - definition: /\\d+/
    - term: Late
    - definition: "0"
    - heading "Complaints" [level=3]
    - textbox /^First day/
    - textbox /^Last day/
    - button "Show"
    - paragraph:
      - link "Download the months as CSV"`
  ]
]

told(trees)
