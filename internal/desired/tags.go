// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// IAM's limits of tags, in characters.
const (
	tagKeyLength   = 128
	tagValueLength = 256
)

// tags is the union of the account's, which win, the object's and the owner tag.
func (b *builder) tags() map[string]string {
	var defaults map[string]string
	if b.account.Defaults != nil {
		defaults = b.account.Defaults.Tags
	}
	b.checkTags(accountPath.Child("defaults", "tags"), defaults)
	b.checkTags(specPath.Child("tags"), b.spec.Tags)
	b.checkTagCase(defaults)

	tags := make(map[string]string, len(defaults)+len(b.spec.Tags)+1)
	maps.Copy(tags, b.spec.Tags)
	maps.Copy(tags, defaults)
	tags[v1alpha1.TagOwner], _ = owners(b.in)
	if n := len(tags); n > iam.TagsPerRole {
		b.refuse(field.Invalid(specPath.Child("tags"), field.OmitValueType{}, fmt.Sprintf(
			"with the account's default tags and the owner tag these are %d tags, IAM's limit is %d: remove %d",
			n, iam.TagsPerRole, n-iam.TagsPerRole)))
	}
	return tags
}

// accountTags are the keys of the tags that the account sets, sorted.
func (b *base) accountTags() []string {
	if b.account.Defaults == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(b.account.Defaults.Tags))
}

func (b *base) checkTags(path *field.Path, tags map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		if advice := tagKeyAdvice(key); advice != "" {
			b.refuse(field.Invalid(path.Key(key), key, advice))
		}
		if n := utf8.RuneCountInString(tags[key]); n > tagValueLength {
			b.refuse(field.Invalid(path.Key(key), tags[key], fmt.Sprintf(
				"the value is %d characters long, IAM's limit is %d: shorten it", n, tagValueLength)))
		} else if bad := strings.IndexFunc(tags[key], notTagCharacter); bad >= 0 {
			r, _ := utf8.DecodeRuneInString(tags[key][bad:])
			b.refuse(field.Invalid(path.Key(key), tags[key], fmt.Sprintf(
				"the value holds %q: a tag holds letters, digits, spaces and _.:/=+-@ only; remove it", r)))
		}
	}
}

// tagKeyAdvice says what is wrong with a tag key, if anything is.
func tagKeyAdvice(key string) string {
	n, bad := utf8.RuneCountInString(key), strings.IndexFunc(key, notTagCharacter)
	switch {
	case n == 0:
		return "a tag key has at least one character: remove the tag or name it"
	case n > tagKeyLength:
		return fmt.Sprintf("the key is %d characters long, IAM's limit is %d: shorten it", n, tagKeyLength)
	case hasPrefixFold(key, v1alpha1.TagAWSPrefix) || hasPrefixFold(key, v1alpha1.TagPrefix):
		return "tag key " + key + " is reserved: keys that begin with aws: or ecsiam.dev/, in any case, cannot be set; " +
			"rename the key"
	case bad >= 0:
		r, _ := utf8.DecodeRuneInString(key[bad:])
		return fmt.Sprintf("the key holds %q: a tag holds letters, digits, spaces and _.:/=+-@ only; remove it", r)
	}
	return ""
}

// notTagCharacter is the complement of IAM's pattern [\p{L}\p{Z}\p{N}_.:/=+\-@].
func notTagCharacter(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.Is(unicode.Z, r) && !unicode.Is(unicode.N, r) &&
		!strings.ContainsRune("_.:/=+-@", r)
}

// hasPrefixFold compares by Unicode's simple folding, in which one letter may take more bytes than its like.
func hasPrefixFold(s, prefix string) bool {
	letters, n := []rune(s), utf8.RuneCountInString(prefix)
	return len(letters) >= n && strings.EqualFold(string(letters[:n]), prefix)
}

// checkTagCase refuses keys that differ in case only: on roles IAM takes them for one tag and keeps the last value.
func (b *builder) checkTagCase(defaults map[string]string) {
	seen := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(defaults)) {
		b.checkTagTwin(accountPath.Child("defaults", "tags"), seen, key)
	}
	for _, key := range slices.Sorted(maps.Keys(b.spec.Tags)) {
		if _, overruled := defaults[key]; !overruled {
			b.checkTagTwin(specPath.Child("tags"), seen, key)
		}
	}
}

func (b *base) checkTagTwin(path *field.Path, seen map[string]string, key string) {
	folded := strings.ToLower(key)
	if twin, ok := seen[folded]; ok {
		b.refuse(field.Invalid(path.Key(key), key, fmt.Sprintf(
			"differs from the tag key %s only by case, IAM takes the two for one: remove one", twin)))
		return
	}
	seen[folded] = key
}
