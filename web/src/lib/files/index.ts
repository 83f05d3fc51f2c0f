// What pages show of files, in one piece that is fetched when the first of them is shown.
export { default as CaseFiles } from './CaseFiles.svelte'
export { default as FilesField } from './FilesField.svelte'
export { default as Receipts } from './Receipts.svelte'
