/** Comments by which the tools of the common languages are told not to look. */
export const ruleComment =
	/(?:\/\/|\/\*|#|<!--|--)\s*(?:!?\s*)(?:(?:eslint|tslint|oxlint|stylelint|rubocop|markdownlint|standard|secretlint|hadolint|pylint|swiftlint|ktlint|detekt|shellcheck|golangci-lint):?[\s-]*disable|@ts-(?:ignore|nocheck|expect-error)\b|biome-ignore|deno-(?:lint|fmt)-ignore|(?:ruff:\s*)?noqa\b|type:\s*ignore\b|pyright:\s*ignore\b|mypy:\s*ignore|pylint:\s*disable|nosec\b|nosemgrep\b|nolint\b|lint:ignore\b|NOSONAR\b|CHECKSTYLE[.:]\s*OFF|phpcs:\s*(?:ignore|disable)|@?phpstan-ignore|@?psalm-suppress|gitleaks:allow|codeql\[|semgrep-ignore|checkov:skip|tfsec:ignore|ansible-lint.*skip|flow(?:lint|-disable)|\$FlowFixMe)|\*\s*@(?:phpstan-ignore|psalm-suppress)/i;

/** The same by code. */
export const ruleCode =
	/#!?\[allow\(|@(?:SuppressWarnings|SuppressLint|Suppress|SuppressFBWarnings)\b|\[(?:\w+:\s*)?SuppressMessage\b|^\s*#pragma\s+warning\s+disable/;

/** Comments by which code is left out of coverage or mutation. */
export const coverageComment =
	/(?:\/\/|\/\*|#)\s*(?:(?:istanbul|v8|c8|node:coverage)\s+(?:ignore|disable)|pragma:\s*no\s+(?:cover|branch)|:nocov:|LCOV_EXCL|Stryker disable|@codeCoverageIgnore)|\*\s*@codeCoverageIgnore/i;
