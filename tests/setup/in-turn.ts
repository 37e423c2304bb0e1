import { BaseSequencer, type TestSpecification } from 'vitest/node'

const projectOf = ({ project }: TestSpecification) => project.name

/** The files of one list in turn with those of another. */
const interleave = <T>(one: readonly T[], other: readonly T[]): T[] =>
  Array.from({ length: Math.max(one.length, other.length) }, (_, index) => [
    ...one.slice(index, index + 1),
    ...other.slice(index, index + 1),
  ]).flat()

/** Runs the contract of one style beside that of the other, as each file has its lab for itself. */
export class InTurn extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const of = (name: string) => sorted.filter((file) => projectOf(file) === name)
    const isContract = (file: TestSpecification) => projectOf(file).startsWith('contract')
    const contract = interleave(of('contract'), of('contract-async'))
    return [...contract, ...sorted.filter((file) => !isContract(file))]
  }
}
