// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package ownership_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ecsiam/ecs-iam-controller/internal/laws"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
)

const (
	us       = "blue/payments/checkout"
	formerly = "green/payments/checkout"
)

var owners = []string{
	us, formerly, "", "blue/payments/other", "blue/secret-ns/secret-name", "red-one/secret-ns/secret-name",
	"blue/payments", "x", "a/b/c/d",
}

func drawClaim(t *rapid.T) ownership.Claim {
	return ownership.Claim{
		Owner: us, FormerOwners: rapid.SampledFrom([][]string{nil, {formerly}, {"", formerly}}).Draw(t, "former"),
		Adoption: rapid.SampledFrom([]ownership.Adoption{
			ownership.AdoptNever, ownership.AdoptIfEqual, ownership.AdoptAny,
		}).Draw(t, "adoption"),
		AdoptionAllowed: rapid.Bool().Draw(t, "allowed"),
	}
}

func drawEntity(t *rapid.T) (path string, tags map[string]string) {
	tags = map[string]string{}
	for _, key := range []string{"ecsiam.dev/owner", "EcsIam.dev/Owner", "ecsiam.dev/released", "ECSIAM.DEV/released"} {
		if rapid.IntRange(0, 2).Draw(t, key) == 0 {
			tags[key] = rapid.SampledFrom(owners).Draw(t, key+" value")
		}
	}
	for _, key := range []string{"ecsiam.dev/hold", "team", "aws:CloudFormation:stack-name", "aws:created"} {
		if rapid.IntRange(0, 4).Draw(t, key) == 0 {
			tags[key] = "x"
		}
	}
	path = rapid.SampledFrom([]string{"/", "/ecs/", "/ecs/", "/aws-service-role/ecs.amazonaws.com/", "/aws-reserved/sso/"}).Draw(t, "path")
	return path, tags
}

// evaluate says whose an entity is, by another reading of the rules than the package's.
func evaluate(c ownership.Claim, path string, tags map[string]string) ownership.Relation {
	named := func(values []string) (ours, found bool) {
		ours = slices.ContainsFunc(values, func(v string) bool {
			return v != "" && slices.Contains(append(slices.Clone(c.FormerOwners), c.Owner), v)
		})
		return ours, len(values) > 0
	}
	values := func(key string) []string {
		if v, exact := tags[key]; exact {
			return []string{v}
		}
		var list []string
		for _, k := range []string{"ECSIAM.DEV/released", "EcsIam.dev/Owner"} {
			if v, ok := tags[k]; ok && strings.EqualFold(k, key) {
				list = append(list, v)
			}
		}
		return list
	}
	mine, tagged := named(values("ecsiam.dev/owner"))
	released, _ := named(values("ecsiam.dev/released"))
	_, stack := tags["aws:CloudFormation:stack-name"]
	switch {
	case stack, strings.HasPrefix(path, "/aws-"):
		return ownership.Protected
	case tagged && mine && slices.Contains(values("ecsiam.dev/owner"), us):
		return ownership.Ours
	case tagged && mine:
		return ownership.FormerlyOurs
	case tagged:
		return ownership.Foreign
	case released:
		return ownership.ReleasedByUs
	}
	return ownership.Unowned
}

func TestAnEntityIsWhoseItsTagsAndItsPathSay(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		claim := drawClaim(t)
		path, tags := drawEntity(t)
		s := claim.Standing(path, tags)
		if want := evaluate(claim, path, tags); s.Relation != want {
			t.Fatalf("path %s, tags %v: %d, want %d", path, tags, s.Relation, want)
		}
		if _, held := tags["ecsiam.dev/hold"]; s.Held != held {
			t.Fatalf("tags %v: held is %t", tags, s.Held)
		}
	})
}

func TestNothingForeignOrProtectedMayBeWrittenWhateverTheConsents(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		claim := drawClaim(t)
		path, tags := drawEntity(t)
		s := claim.Standing(path, tags)
		whose := evaluate(claim, path, tags)
		if whose != ownership.Foreign && whose != ownership.Protected {
			return
		}
		if s.Owned() || claim.Taking(s).Refusal == "" {
			t.Fatalf("path %s, tags %v: owned %t, taking %+v", path, tags, s.Owned(), claim.Taking(s))
		}
	})
}

func TestAnEntityThatIsNotOursIsTakenWithConsentOrUnchangedAfterItsRelease(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		claim := drawClaim(t)
		path, tags := drawEntity(t)
		s := claim.Standing(path, tags)
		take := claim.Taking(s)
		whose := evaluate(claim, path, tags)
		adopts := claim.AdoptionAllowed && claim.Adoption == ownership.AdoptAny
		ifEqual := claim.AdoptionAllowed && claim.Adoption == ownership.AdoptIfEqual
		ours := whose == ownership.Ours || whose == ownership.FormerlyOurs
		free := whose == ownership.Unowned || whose == ownership.ReleasedByUs
		asItIs := ours || free && adopts
		whenEqual := asItIs || free && ifEqual || whose == ownership.ReleasedByUs
		if got := take.Refusal == "" && !take.OnlyEqual; got != asItIs {
			t.Fatalf("%+v of %v: taken whatever it holds is %t", claim, tags, got)
		}
		if got := take.Refusal == ""; got != whenEqual {
			t.Fatalf("%+v of %v: taken when equal is %t: %s", claim, tags, got, take.Refusal)
		}
		if take.OnlyEqual && take.Differs == "" {
			t.Fatalf("%+v of %v: a difference is refused without a word", claim, tags)
		}
	})
}

func TestNoTwoObjectsOwnOneEntity(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		path, tags := drawEntity(t)
		mine, other := drawClaim(t), ownership.Claim{Owner: "blue/payments/other", FormerOwners: []string{"green/payments/other"}}
		a, b := mine.Standing(path, tags), other.Standing(path, tags)
		if a.Owned() && b.Owned() || a.Relation == ownership.ReleasedByUs && b.Relation == ownership.ReleasedByUs {
			t.Fatalf("tags %v: %d and %d", tags, a.Relation, b.Relation)
		}
	})
}

func TestAMessageNamesNoOwnerOfAnotherNamespaceOrCluster(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		claim := drawClaim(t)
		path, tags := drawEntity(t)
		take := claim.Taking(claim.Standing(path, tags))
		for _, text := range []string{take.Refusal, take.Differs} {
			if strings.Contains(text, "secret") || strings.Contains(text, "red-one") {
				t.Fatalf("tags %v: %s", tags, text)
			}
		}
	})
}

func TestRefusalsSayWhatIsWrongAndWhatToDo(t *testing.T) {
	const notAvailable = "is not available: choose another name in a new object, or ask the operator of the controller, whose log names the owner"
	const wayOut = ": choose another name in a new object, or, if that owner no longer exists, remove the tag in AWS and adopt it with adoptionPolicy"
	for name, c := range map[string]struct {
		claim ownership.Claim
		path  string
		tags  map[string]string
		want  string
	}{
		"a tag that was removed": {
			want: "exists already without the tag ecsiam.dev/owner: choose another name in a new object, delete it in AWS, or set " +
				"adoptionPolicy to IfEqual or Adopt. If it is this object's and the tag was removed, set the tag to " + us + " again",
		},
		"no rule of the account": {
			claim: ownership.Claim{Adoption: ownership.AdoptAny},
			want: "exists already, and the AWSAccount does not allow this namespace to adopt it: ask the owner of the AWSAccount for a " +
				"rule in spec.adoption.allow. If it is this object's and the tag was removed, set the tag to " + us + " again",
		},
		"another object of the namespace": {
			tags: map[string]string{"ecsiam.dev/owner": "blue/payments/other"},
			want: "belongs to blue/payments/other (its tag ecsiam.dev/owner)" + wayOut,
		},
		"another namespace": {
			tags: map[string]string{"ecsiam.dev/owner": "blue/secret-ns/secret-name"},
			want: notAvailable,
		},
		"another cluster": {
			tags: map[string]string{"ecsiam.dev/owner": "red-one/secret-ns/secret-name"},
			want: notAvailable,
		},
		"a tag that nobody could have written": {
			tags: map[string]string{"ecsiam.dev/owner": "x"},
			want: "belongs to an unknown owner (its tag ecsiam.dev/owner)" + wayOut,
		},
		"a role of AWS": {
			path: "/aws-reserved/sso/",
			want: "exists already and is never adopted, because it belongs to AWS (path /aws-reserved/): choose another name in a new object",
		},
		"a role of ours in a stack": {
			tags: map[string]string{"ecsiam.dev/owner": us, "aws:cloudformation:stack-id": "x"},
			want: "carries this object's tag ecsiam.dev/owner and is never changed, because it belongs to a CloudFormation stack: " +
				"take it out of there, or choose another name in a new object",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.claim.Owner = us
			if got := c.claim.Taking(c.claim.Standing(c.path, c.tags)).Refusal; got != c.want {
				t.Errorf("refusal:\n got %s\nwant %s", got, c.want)
			}
		})
	}
}
