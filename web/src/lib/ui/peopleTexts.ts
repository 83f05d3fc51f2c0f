import texts from '../../locales/en/people.json'
import { addEnglish } from '../i18n/index.svelte'

addEnglish(texts)
