import type { CleanReport } from "../upload/clean.ts";
import type { UploadedFile, UploadForecast, UploadReport } from "../upload/options.ts";
import { bytes, count, duration, plural, shellQuote } from "../text/format.ts";
import { table } from "./table.ts";

/** What an upload did. */
export function uploadSummary(report: UploadReport): string[] {
  const { location, files, bytesSent, requests, retries, seconds } = report;
  if (files.every(({ action }) => action === "there")) {
    return [`All of it is in ${shellQuote(location)} already: nothing was sent.`];
  }
  const speed = `${bytes(bytesSent / Math.max(seconds, 1e-3))}/s`;
  return [
    `Uploaded to ${shellQuote(location)} in ${duration(seconds)}, ${bytes(bytesSent)} sent, ${speed}`,
    "",
    ...table(files.map((file) => [file.name, fate(file)])),
    "",
    ...table([
      ["requests", count(requests)],
      ["repeated", retries > 0 ? plural(retries, "request") : undefined],
    ]),
  ];
}

/** What an upload would do. */
export function forecastSummary({ location, files, ...forecast }: UploadForecast): string[] {
  if (files.every(({ action }) => action === "there")) {
    return [`All of it is in ${shellQuote(location)} already: nothing would be sent.`];
  }
  return [
    `Would send ${bytes(forecast.bytes)} to ${shellQuote(location)}`,
    "",
    ...table(files.map((file) => [file.name, fate(file)])),
    "",
    ...table([
      ["requests", `about ${count(forecast.requests)}`],
      [
        "time",
        forecast.seconds === undefined ? undefined : `${duration(forecast.seconds)} at this bandwidth`,
      ],
      [
        "price",
        forecast.requestCost === undefined
          ? undefined
          : `${dollars(forecast.requestCost)} for the requests, by the list price of S3 Standard`,
      ],
    ]),
  ];
}

function dollars(price: number): string {
  return price < 0.01 ? "less than $0.01" : `about $${price.toFixed(2)}`;
}

/** What was given up. */
export function cleanSummary({ location, aborted }: CleanReport): string[] {
  if (aborted.length === 0) return [`There is nothing unfinished in ${shellQuote(location)}.`];
  return [
    `Gave up ${plural(aborted.length, "unfinished upload")} in ${shellQuote(location)}`,
    "",
    ...table(aborted.map(({ name, begun }) => [name, begun === undefined ? "" : `begun ${begun}`])),
  ];
}

function fate({ size, action, kept }: UploadedFile): string {
  if (action === "there") return `${bytes(size)}, there already`;
  if (action === "appended") return `${bytes(size)}, of which ${bytes(kept)} are taken from what is there`;
  return kept > 0 ? `${bytes(size)}, of which ${bytes(kept)} were sent before` : bytes(size);
}
