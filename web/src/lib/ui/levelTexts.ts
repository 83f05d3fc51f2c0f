import texts from '../../locales/en/level.json'
import { addEnglish } from '../i18n/index.svelte'

addEnglish(texts)
