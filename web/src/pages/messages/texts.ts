import texts from '../../locales/en/messages.json'
import { addEnglish } from '../../lib/i18n/index.svelte'

addEnglish(texts)
