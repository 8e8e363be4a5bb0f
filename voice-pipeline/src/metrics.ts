/** What Prometheus may know of this process. */

export class Metrics {
  calls = 0;
  callsTotal = 0;
  turnsTotal = 0;
  interruptionsTotal = 0;
  underrunsTotal = 0;
  malformedTotal = 0;
  faultsTotal = 0;
  refusedStreamsTotal = 0;

  text(): string {
    const line = (name: string, kind: string, value: number) =>
      `# TYPE callmeback_voice_${name} ${kind}\ncallmeback_voice_${name} ${value}\n`;
    return [
      line("calls", "gauge", this.calls),
      line("calls_total", "counter", this.callsTotal),
      line("turns_total", "counter", this.turnsTotal),
      line("interruptions_total", "counter", this.interruptionsTotal),
      line("underruns_total", "counter", this.underrunsTotal),
      line("malformed_messages_total", "counter", this.malformedTotal),
      line("provider_faults_total", "counter", this.faultsTotal),
      line("refused_streams_total", "counter", this.refusedStreamsTotal),
    ].join("");
  }
}
