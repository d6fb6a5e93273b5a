// Makes, follows, reads and deletes a job with a client whose types are made from the document of the API
// (`scripts/client`): whatever the document gets wrong is an error of types here, or a failure against the service.
import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

const [address, key, lesson] = process.argv.slice(2) as [string, string, string];
const client = createClient<paths>({ baseUrl: address, headers: { Authorization: `Bearer ${key}` } });

function expect(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`not as expected: ${what}`);
}

async function main(): Promise<void> {
  const text = readFileSync(lesson, "utf8");
  const refused = await client.POST("/api/v1/jobs", { body: { syllabus_text: "too short" } });
  const problem: components["schemas"]["Problem"] | undefined = refused.error;
  expect(problem?.code === "invalid_request" && problem.errors[0]?.path === "/syllabus_text", "a refused request");

  const made = await client.POST("/api/v1/jobs", {
    body: { syllabus_text: text, kinds: ["flashcards", "faqs"], difficulty: "beginner" },
    params: { header: { "Idempotency-Key": "client-1" } },
  });
  expect(made.data !== undefined, "a job");
  const id = made.data.job_id;
  expect(made.response.headers.get("location") === `/api/v1/jobs/${id}`, "where the job is");

  const params = { path: { id } };
  const followed = await client.GET("/api/v1/jobs/{id}/events", { params, parseAs: "stream" });
  expect(followed.data !== undefined, "events");
  const events = await new Response(followed.data as ReadableStream).text();
  expect(events.includes("event: piece.completed") && events.includes("event: job.completed"), "an end");

  const read = await client.GET("/api/v1/jobs/{id}", { params });
  expect(read.data?.status === "completed" && read.data.progress.percent === 100, "a completed job");
  const cards: components["schemas"]["Flashcards"] | undefined = read.data.content?.flashcards;
  expect(cards !== undefined, "flashcards");
  const listed = await client.GET("/api/v1/jobs", { params: { query: { status: "completed", limit: 1 } } });
  expect(listed.data?.items[0]?.job_id === id, "a list with the job");

  const gone = await client.DELETE("/api/v1/jobs/{id}", { params });
  expect(gone.response.status === 204, "a deleted job");
  const after = await client.GET("/api/v1/jobs/{id}", { params });
  expect(after.error?.code === "not_found", "no job");
  console.log(`made, followed, read and deleted job ${id}: ${Object.keys(read.data.content ?? {}).join(", ")}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
