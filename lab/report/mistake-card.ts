import type { SampleSource } from './sample-sets.ts'

/** A headline figure, and the sentence that it would come with. */
export type Headline = { figure: string; sentence: string }

/** A mistake, made with the samples of a measurement. */
export type MistakeCard = {
  id: string
  title: string
  right: Headline
  wrong: Headline
  /** Why the figure changes. */
  why: string
  /** What it was computed from. */
  from: string
}

/** Makes a mistake; `undefined` if its loads were not played. */
export type BuildCard = (source: SampleSource) => MistakeCard | undefined
