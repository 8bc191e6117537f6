// Each worker has an environment of its own, so that nothing one test does to it meets a test of another worker.

export interface Environment {
  /** Of the server, as the tests and the browser know it. */
  url: string;
  /** Of the simulator of Microsoft's services. */
  simulator: string;
  dataDir: string;
  /** The address of the database. */
  database: string;
  /** The file in which the witness writes down what it has seen. */
  leaks: string;
  /** What another process on the same database needs. */
  server: { program: string; env: Record<string, string> };
}

/** The workers inherit it. */
const VARIABLE = 'E2E_ENVIRONMENTS';

interface HandedOver {
  environments: Environment[];
  renewer: string;
}

export function handOver(environments: Environment[], renewer: string): void {
  process.env[VARIABLE] = JSON.stringify({ environments, renewer } satisfies HandedOver);
}

const handedOver = () => JSON.parse(process.env[VARIABLE]!) as HandedOver;
const worker = () => Number(process.env.TEST_PARALLEL_INDEX);

/** The environment of this worker. One that takes the place of another, as after a failed test, has the same. */
export const here = (): Environment => handedOver().environments[worker()]!;

/** Makes it anew, as at the beginning. */
export async function renew(): Promise<void> {
  const answer = await fetch(`${handedOver().renewer}/${worker()}`, { method: 'POST' });
  if (!answer.ok) throw new Error(await answer.text());
}
