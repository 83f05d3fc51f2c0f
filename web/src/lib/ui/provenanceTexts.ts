import texts from '../../locales/en/provenance.json'
import { addEnglish } from '../i18n/index.svelte'

addEnglish(texts)
