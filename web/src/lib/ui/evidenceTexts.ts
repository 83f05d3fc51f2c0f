import texts from '../../locales/en/evidence.json'
import { addEnglish } from '../i18n/index.svelte'

addEnglish(texts)
