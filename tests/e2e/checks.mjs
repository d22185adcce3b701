// Named checks that go on after a failure; the last line says how many passed.
export class Checks {
  passed = 0;
  failed = 0;

  // ${work} passes unless it throws. Answers what it returned, or undefined.
  async check(name, work) {
    try {
      const result = await work();
      this.passed += 1;
      console.log(`ok    ${name}`);
      return result;
    } catch (problem) {
      this.failed += 1;
      console.log(`FAIL  ${name}\n      ${String(problem.message).split("\n").slice(0, 6).join("\n      ")}`);
      return undefined;
    }
  }

  finish() {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    process.exitCode = this.failed === 0 && this.passed > 0 ? 0 : 1;
  }
}
