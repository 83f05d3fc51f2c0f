import texts from '../../locales/en/account.json'
import { addEnglish } from '../../lib/i18n/index.svelte'

addEnglish(texts)
