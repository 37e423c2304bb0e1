import { BaseSequencer, type TestSpecification } from 'vitest/node'

const isOf = (file: TestSpecification, name: string) => file.project.name === name

/** The position of each file in its list, from 0 to 1. */
const placed = (files: readonly TestSpecification[]) =>
  files.map((file, index) => ({ file, place: (index + 0.5) / files.length }))

/** Spreads the files of a contract over the others, as only one of them at a time has the lab. */
export class Spread extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const contracts = ['contract', 'contract-async']
    const spread = contracts.map((name) => sorted.filter((file) => isOf(file, name)))
    const others = sorted.filter((file) => contracts.every((name) => !isOf(file, name)))
    return [others, ...spread]
      .flatMap(placed)
      .toSorted((one, other) => one.place - other.place)
      .map(({ file }) => file)
  }
}
