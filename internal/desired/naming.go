// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"
)

const (
	// objectNameLength bounds metadata.name, so that the owner tag fits and labels can hold the name.
	objectNameLength = 63
	// pathLength bounds paths in IAM.
	pathLength = 512
)

var (
	// entityName and entityPath are IAM's patterns of the parameters RoleName and Path.
	entityName = lazyregexp.New(`^[\w+=,.@-]+$`)
	entityPath = lazyregexp.New(`^/([\x21-\x7E]+/)?$`)
)

// NamespacePlaceholder stands for the object's namespace in the patterns of guardrails.
const NamespacePlaceholder = "{namespace}"

// plainNaming is how entities are named in an account that says nothing else.
const plainNaming = NamespacePlaceholder + "_*"

// Naming is which names in IAM belong to a namespace without a rule, and with it the names of objects that set none:
// before, the namespace, between, the object's name, after. The character that between begins with is in no namespace's
// name, so that each name belongs to one namespace at most.
type Naming struct {
	before, between, after string
	// custom says that the account has a pattern of its own, malformed that it cannot be read: then no namespace has any
	// name without a rule.
	custom, malformed bool
}

// NamingOf is the naming of an account, which may be nil.
func NamingOf(account *v1alpha1.AWSAccountSpec) Naming {
	pattern := ""
	if account != nil && account.Guardrails != nil {
		pattern = string(account.Guardrails.DefaultNamePattern)
	}
	if pattern == "" {
		return parseNaming(plainNaming)
	}
	naming := parseNaming(pattern)
	naming.malformed = DefaultNamePatternAdvice(pattern) != ""
	if naming.malformed {
		naming = parseNaming(plainNaming)
		naming.malformed = true
	}
	naming.custom = true
	return naming
}

func parseNaming(pattern string) Naming {
	before, rest, _ := strings.Cut(pattern, NamespacePlaceholder)
	between, after, _ := strings.Cut(rest, "*")
	return Naming{before: before, between: between, after: after}
}

// DefaultNamePatternAdvice says what is wrong with the pattern of default names, or nothing.
func DefaultNamePatternAdvice(pattern string) string {
	before, rest, found := strings.Cut(pattern, NamespacePlaceholder)
	between, after, named := strings.Cut(rest, "*")
	switch {
	case !found || !named || strings.ContainsAny(before+between+after, "*?{}"):
		return "a pattern of default names has {namespace} once and then * once, which stands for the name of the object, " +
			"and neither ? nor another placeholder: write prod-{namespace}_*"
	case between == "" || !strings.ContainsAny(between[:1], "_."):
		return "{namespace} must be followed by _ or a dot, which no name of a namespace holds, because the names of " +
			"namespaces may begin alike: write prod-{namespace}_*"
	case before != "" && !strings.ContainsAny(before[len(before)-1:], "_.-"):
		return "{namespace} must stand at the beginning or behind one of _ . - : write prod-{namespace}_*"
	case !entityName.MatchString(before + between + after):
		return entityNameAdvice("a name in IAM")
	}
	return ""
}

// Default is the name of an object that sets none.
func (n Naming) Default(namespace, object string) string {
	return n.before + namespace + n.between + object + n.after
}

// Names says which names belong to a namespace, such as "begin with payments_".
func (n Naming) Names(namespace string) string {
	if n.after != "" {
		return "match " + n.Default(namespace, "*")
	}
	return "begin with " + n.Default(namespace, "")
}

// Custom reports whether the account has a pattern of its own.
func (n Naming) Custom() bool { return n.custom }

// Malformed reports whether the account has a pattern that cannot be read.
func (n Naming) Malformed() bool { return n.malformed }

// Home is the namespace that a name belongs to, if it belongs to one. Names are compared without regard to case.
func (n Naming) Home(name string) (string, bool) {
	rest, ours := strings.CutPrefix(strings.ToLower(name), strings.ToLower(n.before))
	if !ours || n.malformed {
		return "", false
	}
	namespace, _, found := strings.Cut(rest, n.between[:1])
	return namespace, found && len(validation.IsDNS1123Label(namespace)) == 0
}

// Gives reports whether a namespace has a name without a rule.
func (n Naming) Gives(namespace, name string) bool {
	begins := n.before + namespace + n.between
	return !n.malformed && len(name) >= len(begins)+len(n.after) && strings.EqualFold(name[:len(begins)], begins) &&
		strings.EqualFold(name[len(name)-len(n.after):], n.after)
}

// Object is the object that has a name by default, if one can.
func (n Naming) Object(name string) (namespace, object string, found bool) {
	namespace, found = n.Home(name)
	if !found || !n.Gives(namespace, name) {
		return "", "", false
	}
	begins := len(n.before) + len(namespace) + len(n.between)
	object = strings.ToLower(name[begins : len(name)-len(n.after)])
	return namespace, object, object != ""
}

// defaultName is the name of an object that sets none: that of the entity that it has already, so that a new pattern
// leaves no role behind; else the one that the account's pattern makes of it. arn is the entity's in the status.
func defaultName(namespace, object string, account *v1alpha1.AWSAccount, arn string) string {
	if kept := lastPart(arn); arn != "" && standsFor(kept, namespace, object) {
		return kept
	}
	var spec *v1alpha1.AWSAccountSpec
	if account != nil {
		spec = &account.Spec
	}
	return NamingOf(spec).Default(namespace, object)
}

// standsFor reports whether some pattern makes the name of an object: a status that was copied from another object, or
// to another namespace, says nothing of this one.
func standsFor(name, namespace, object string) bool {
	for at := 0; ; at++ {
		i := strings.Index(name[at:], namespace)
		if i < 0 {
			return false
		}
		at += i
		rest := name[at+len(namespace):]
		if (at == 0 || strings.ContainsAny(name[at-1:at], "_.-")) && rest != "" && strings.ContainsAny(rest[:1], "_.") &&
			strings.Contains(rest[1:], object) {
			return true
		}
	}
}

// RolePathBound is the path below which an account wants the roles of a namespace, empty for any. A bound that cannot
// be read holds no path.
func RolePathBound(account *v1alpha1.AWSAccountSpec, namespace string) (bound string, malformed bool) {
	if account.Guardrails == nil || account.Guardrails.RolePath == "" {
		return "", false
	}
	pattern := string(account.Guardrails.RolePath)
	if RolePathAdvice(pattern) != "" {
		return "", true
	}
	return strings.ReplaceAll(pattern, NamespacePlaceholder, namespace), false
}

// RolePathPrefix is what the paths begin with below which an account wants its roles, whatever their namespace; empty
// where it wants them anywhere, or the bound cannot be read.
func RolePathPrefix(account *v1alpha1.AWSAccountSpec) string {
	if account.Guardrails == nil || RolePathAdvice(string(account.Guardrails.RolePath)) != "" {
		return ""
	}
	prefix, _, _ := strings.Cut(string(account.Guardrails.RolePath), NamespacePlaceholder)
	if prefix == "/" {
		return ""
	}
	return prefix
}

// RolePathAdvice says what is wrong with the bound of paths, or nothing.
func RolePathAdvice(pattern string) string {
	if advice := PlaceholderAdvice(pattern, "/ecs/"+NamespacePlaceholder+"/"); advice != "" {
		return advice
	}
	plain := strings.ReplaceAll(pattern, NamespacePlaceholder, "namespace")
	switch {
	case strings.ContainsAny(plain, "*?"):
		return "a path has no wildcards: what lies below it is included anyway"
	case !entityPath.MatchString(plain) || len(plain) > pathLength:
		return "a path begins and ends with a slash, such as / or /ecs/{namespace}/, and holds no spaces"
	case strings.HasPrefix(plain, "/aws-service-role/") || strings.HasPrefix(plain, "/aws-reserved/"):
		return "the paths /aws-service-role/ and /aws-reserved/ belong to AWS: choose another"
	}
	return ""
}

// AttachToAdvice says what is wrong with a pattern of users and groups that policies may be attached to, or nothing.
func AttachToAdvice(pattern string) string {
	return PlaceholderAdvice(pattern, "ci."+NamespacePlaceholder+"_*")
}

// PlaceholderAdvice says what is wrong with the placeholders in a pattern of a guardrail, or nothing. {namespace} must
// stand between delimiters: in {namespace}-* namespace pay would reach into the names of namespace pay-roll.
func PlaceholderAdvice(pattern, example string) string {
	rest := pattern
	for {
		before, after, found := strings.Cut(rest, NamespacePlaceholder)
		if !found {
			break
		}
		if !delimited(before, len(before)-1) || !delimited(after, 0) {
			return "{namespace} must stand between two of / : . _ or at an end, because the names of namespaces may begin " +
				"alike: write " + example
		}
		rest = after
	}
	if strings.ContainsAny(strings.ReplaceAll(pattern, NamespacePlaceholder, ""), "{}") {
		return "the only placeholder is {namespace}: write " + example
	}
	return ""
}

func delimited(text string, at int) bool {
	return text == "" || strings.IndexByte("/:._", text[at]) >= 0
}

func entityNameAdvice(what string) string {
	return what + " holds letters, digits and _+=,.@- only: remove spaces, slashes and the like"
}

// lastPart is what follows the last slash: the name in the ARN of a role.
func lastPart(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
