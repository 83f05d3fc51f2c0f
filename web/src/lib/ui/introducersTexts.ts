import texts from '../../locales/en/introducers.json'
import { addEnglish } from '../i18n/index.svelte'

addEnglish(texts)
