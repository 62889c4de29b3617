const checkConfig =
	/(^|\/)(?:package\.json|(?:jest|vitest|vite|karma|ava|playwright|cypress|stryker|eslint|webpack|nyc|c8)\.(?:config|conf|workspace)\.\w+|\.(?:mocharc|nycrc|c8rc|eslintrc|stylelintrc|oxlintrc|lintstagedrc|pylintrc|coveragerc|rspec|simplecov|golangci|rubocop|swiftlint|secretlintrc|markdownlint\w*|pre-commit-config|flake8)(?:\.\w+)?|biome\.jsonc?|tsconfig(?:\.\w+)*\.json|deno\.jsonc?|turbo\.json|nx\.json|pyproject\.toml|(?:pytest|tox|mypy)\.ini|setup\.cfg|ruff\.toml|noxfile\.py|conftest\.py|phpunit\.xml(?:\.dist)?|phpstan\.neon(?:\.dist)?|psalm\.xml|codecov\.ya?ml|\.codecov\.ya?ml|sonar-project\.properties|clippy\.toml|deny\.toml|build\.gradle(?:\.kts)?|pom\.xml|detekt\.ya?ml|checkstyle\.xml|Directory\.Build\.props|\.editorconfig)$/i;
const ci =
	/^(?:\.github\/(?:workflows|actions)\/.+|\.gitlab-ci\.ya?ml|\.gitlab\/ci\/.+|\.circleci\/.+|\.travis\.ya?ml|azure-pipelines[\w.-]*\.ya?ml|\.azure-pipelines\/.+|\.buildkite\/.+|bitbucket-pipelines\.ya?ml|\.drone\.ya?ml|\.woodpecker(?:\/.+|\.ya?ml)|appveyor\.ya?ml|\.appveyor\.ya?ml|\.cirrus\.ya?ml|Jenkinsfile|\.ci\/.+|\.teamcity\/.+|codemagic\.yaml|action\.ya?ml)$/i;
const ignoreFile =
	/(^|\/)\.(?:eslint|prettier|stylelint|biome|oxlint|semgrep|gitleaks|trivy|secretlint|bandit|snyk|markdownlint|c8|nyc)\w*ignore$|(^|\/)\.gitleaksignore$/i;
const script =
	/(^|\/)(?:GNU)?Makefile$|(^|\/)(?:justfile|Rakefile|Taskfile\.ya?ml|noxfile\.py|Earthfile)$|(^|\/)\.husky\/|(?:^|[/_.-])(?:ci|checks?|tests?|lint|verify|validate|coverage|pre-?commit|pre-?push)[\w.-]*\.(?:sh|bash|zsh|ps1|cmd|bat)$|(^|\/)(?:lefthook|\.pre-commit-config)\.ya?ml$/i;
const snapshot =
	/(^|\/)__(?:image_)?snapshots__\/|\.(?:snap|snap\.\w+|ambr|golden|snapshot|approved\.\w+|verified\.\w+)$|(^|\/)(?:__)?golden(?:s|__)?\/|(^|\/)testdata\/.*golden/i;

/** A file that a test runner, a linter, a type checker or a coverage tool is set up by. */
export function isCheckConfig(path: string): boolean {
	return checkConfig.test(path);
}

/** A file that says what runs on the host's checks of a pull request. */
export function isContinuousIntegration(path: string): boolean {
	return ci.test(path);
}

/** A list of files that a check leaves out. */
export function isIgnoreFile(path: string): boolean {
	return ignoreFile.test(path);
}

/** A program that checks are started by. */
export function isScript(path: string): boolean {
	return script.test(path);
}

/** Recorded output that tests compare with. */
export function isSnapshot(path: string): boolean {
	return snapshot.test(path);
}
