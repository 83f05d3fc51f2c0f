// Starts the app: language, who is signed in, live updates; then the page that the address names.
import { mount } from 'svelte'
import App from './App.svelte'
import { api } from './lib/api/client'
import { language } from './lib/i18n/index.svelte'
import { start } from './lib/router.svelte'
import { session } from './lib/session.svelte'
import { routes } from './routes'
import './styles/app.css'

await language.start()
void session.start(() => api.GET('/api/v1/session'))
start(routes)
mount(App, { target: document.getElementById('app') ?? document.body })
