import texts from '../../locales/en/profile.json'
import { addEnglish } from '../../lib/i18n/index.svelte'

addEnglish(texts)
