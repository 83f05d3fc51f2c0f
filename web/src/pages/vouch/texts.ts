import texts from '../../locales/en/vouch.json'
import { addEnglish } from '../../lib/i18n/index.svelte'

addEnglish(texts)
