import texts from '../../locales/en/introductions.json'
import { addEnglish } from '../../lib/i18n/index.svelte'

addEnglish(texts)
