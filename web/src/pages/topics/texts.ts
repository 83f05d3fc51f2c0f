import texts from '../../locales/en/keep.json'
import { addEnglish } from '../../lib/i18n/index.svelte'

addEnglish(texts)
