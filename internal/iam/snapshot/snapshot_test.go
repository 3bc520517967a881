// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package snapshot_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
)

var noon = time.Date(2026, time.November, 26, 12, 0, 0, 0, time.UTC)

// account is an AWS account with roles and policies.
type account struct {
	roles    []iam.Role
	profiles map[string]iam.InstanceProfile // by the role
	policies []iam.Policy
	holders  []iam.Holder
	used     time.Time
	err      error
	// tagsErr is that of reading the tags of a policy.
	tagsErr error
	// asked are the readings that were made.
	asked *[]string
}

func (a account) note(what string) {
	if a.asked != nil {
		*a.asked = append(*a.asked, what)
	}
}

func (a account) ReadRoles(_ context.Context, prefix string, each func(iam.ShownRole)) error {
	a.note("roles under " + prefix)
	for _, role := range a.roles {
		shown := iam.ShownRole{Role: role, Outside: !strings.HasPrefix(role.Path, prefix)}
		shown.Use.LastUsed = a.used
		if profile, in := a.profiles[role.Name]; in {
			profile.Tags = nil
			shown.Profiles = []iam.InstanceProfile{{Name: "other"}, profile}
		}
		each(shown)
	}
	return a.err
}

// ReadPolicies shows who has a policy attached only by their number.
func (a account) ReadPolicies(_ context.Context, each func(iam.Policy, int)) error {
	a.note("policies")
	for _, p := range a.policies {
		held := len(p.Users) + len(p.Groups) + len(p.Roles)
		p.Users, p.Groups, p.Roles, p.Tags = nil, nil, nil, nil
		each(p, held)
	}
	return nil
}

func (a account) ReadHolders(_ context.Context, each func(iam.Holder)) error {
	a.note("holders")
	for _, holder := range a.holders {
		each(holder)
	}
	return nil
}

func (a account) PolicyTags(_ context.Context, arn string) (map[string]string, error) {
	a.note("tags")
	if a.tagsErr != nil {
		return nil, a.tagsErr
	}
	for _, p := range a.policies {
		if p.ARN == arn {
			return p.Tags, nil
		}
	}
	return nil, &iam.Error{Class: iam.ClassNotFound}
}

func (a account) ProfileTags(_ context.Context, name string) (map[string]string, error) {
	a.note("profile tags")
	for _, profile := range a.profiles {
		if profile.Name == name {
			return profile.Tags, nil
		}
	}
	return nil, &iam.Error{Class: iam.ClassNotFound}
}

func role(name string, tags map[string]string) iam.Role {
	all := map[string]string{v1alpha1.TagOwner: "prod/team/" + name}
	maps.Copy(all, tags)
	return iam.Role{Name: "team_" + name, Path: "/", Trust: `{"Statement":[]}`, Tags: all}
}

func showing(roles ...iam.Role) account { return account{roles: roles} }

func object(name string) snapshot.Object {
	return snapshot.Object{Entity: snapshot.Role, NamespacedName: types.NamespacedName{Namespace: "team", Name: name}}
}

func all(seen iam.Observation) iam.Observation { return seen }

// settled has snapshots that watch over one object, which last wrote at noon.
func settled(compare snapshot.Compare) *snapshot.Snapshots {
	s := snapshot.New("prod")
	app := role("app", nil)
	s.Settle("default", snapshot.Settled{
		Object: object("app"), Seen: iam.Observation{Role: &app}, Compare: compare, WroteAt: noon,
	})
	return s
}

func take(t *testing.T, s *snapshot.Snapshots, shown account, at time.Time) []snapshot.Object {
	t.Helper()
	wanted := snapshot.Wanted{Policies: true}
	changed, err := s.Take(t.Context(), "default", shown, wanted, func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

func TestOnlyWhatDiffersIsLookedAt(t *testing.T) {
	later := noon.Add(time.Hour)
	if changed := take(t, settled(all), showing(role("app", nil)), later); len(changed) != 0 {
		t.Errorf("%v is looked at although nothing changed", changed)
	}
	if changed := take(t, settled(all), showing(role("app", map[string]string{"x": "y"})), later); len(changed) != 1 {
		t.Errorf("got %v, want the object whose role has another tag", changed)
	}
	if changed := take(t, settled(all), showing(), later); len(changed) != 1 {
		t.Errorf("got %v, want the object whose role is gone", changed)
	}
}

func TestARoleThatWasMadeAgainIsLookedAtAlthoughItSaysTheSame(t *testing.T) {
	again := role("app", nil)
	again.ID = "AROA2"
	if changed := take(t, settled(all), showing(again), noon.Add(time.Hour)); len(changed) != 1 {
		t.Errorf("%v is looked at, want the object whose role has another unique id", changed)
	}
}

func TestAServiceLinkedRoleIsLookedAtOnceItDiffersAndLeavesThePathOfTheOthersAlone(t *testing.T) {
	linked := iam.Role{Name: "AWSServiceRoleForECS", Path: "/aws-service-role/ecs.amazonaws.com/", ID: "AROA1"}
	of := snapshot.Object{Entity: snapshot.LinkedRole, NamespacedName: types.NamespacedName{Name: "ecs"}}
	for what, tc := range map[string]struct {
		change func(*account)
		looked bool
	}{
		"nothing":       {func(*account) {}, false},
		"a tag":         {func(a *account) { a.roles[1].Tags = map[string]string{"x": "y"} }, true},
		"its unique id": {func(a *account) { a.roles[1].ID = "AROA2" }, true},
		"all of it":     {func(a *account) { a.roles = a.roles[:1] }, true},
		"its path":      {func(a *account) { a.roles[1].Path = "/" }, true}, // a role of that name that is none of AWS's
	} {
		s, app := settled(all), role("app", nil)
		app.Path = "/ecs/"
		s.Settle("default", snapshot.Settled{
			Object: object("app"), Seen: iam.Observation{Role: &app}, Compare: all, WroteAt: noon,
		})
		seen := linked
		s.Settle("default", snapshot.Settled{Object: of, Seen: iam.Observation{Role: &seen}, Compare: all, WroteAt: noon})
		shown := showing(app, linked)
		shown.asked = &[]string{}
		take(t, s, shown, noon.Add(time.Minute))
		tc.change(&shown)
		wanted := snapshot.Wanted{PathPrefix: "/ecs/"}
		changed, err := s.Take(t.Context(), "default", shown, wanted, func() time.Time { return noon.Add(time.Hour) })
		if err != nil || slices.Contains(changed, of) != tc.looked || len(changed) > 1 {
			t.Errorf("after a change of %s are looked at %v (%v), want %t", what, changed, err, tc.looked)
		}
		if !slices.Equal(*shown.asked, []string{"roles under ", "roles under /ecs/"}) {
			t.Errorf("%q were read, want the roles under the path", *shown.asked)
		}
	}
}

func TestASnapshotSaysNothingAboutAnEntityThatWasWrittenShortlyBeforeOrAfterItBegan(t *testing.T) {
	for _, at := range []time.Time{noon.Add(-time.Minute), noon, noon.Add(belief.Suspicion - time.Second)} {
		if changed := take(t, settled(all), showing(), at); len(changed) != 0 {
			t.Errorf("a snapshot that began %s after the write has %v looked at", at.Sub(noon), changed)
		}
	}
	if changed := take(t, settled(all), showing(), noon.Add(belief.Suspicion)); len(changed) != 1 {
		t.Error("a snapshot that began when IAM must show the write has nothing looked at")
	}
}

func TestAnIgnoredPartHasNothingLookedAt(t *testing.T) {
	without := func(seen iam.Observation) iam.Observation {
		r := *seen.Role
		r.Tags = maps.Clone(r.Tags)
		delete(r.Tags, "x")
		return iam.Observation{Role: &r}
	}
	changed := take(t, settled(without), showing(role("app", map[string]string{"x": "y"})), noon.Add(time.Hour))
	if len(changed) != 0 {
		t.Errorf("%v is looked at because of an ignored tag", changed)
	}
}

func TestAfterAnErrorNothingIsMissing(t *testing.T) {
	s := settled(all)
	shown := account{err: errors.New("the second page was throttled")}
	changed, err := s.Take(t.Context(), "default", shown, snapshot.Wanted{}, func() time.Time { return noon.Add(time.Hour) })
	if err == nil || len(changed) != 0 {
		t.Errorf("got %v and %v, want the error and nothing to look at: pages are missing", changed, err)
	}
	if s.Covers("default", snapshot.Role, noon.Add(time.Hour), time.Hour) {
		t.Error("a snapshot that failed covers the account")
	}
}

func TestASnapshotIsStaleOnceReadingsFailForTwoIntervalsAndNotWhereTheyAreDenied(t *testing.T) {
	s := settled(all)
	take(t, s, showing(role("app", nil)), noon)
	fail := func(at time.Time, class iam.Class) {
		shown := account{err: &iam.Error{Class: class}}
		_, _ = s.Take(t.Context(), "default", shown, snapshot.Wanted{}, func() time.Time { return at })
	}
	for range 3 {
		fail(noon.Add(time.Hour), iam.ClassUnavailable)
	}
	if s.Stale("default", noon.Add(time.Hour), time.Hour) {
		t.Error("a snapshot of one interval ago is stale")
	}
	late := noon.Add(2 * time.Hour)
	if !s.Stale("default", late, time.Hour) {
		t.Error("a snapshot of two intervals ago is not stale although no newer one succeeded")
	}
	fail(late, iam.ClassDenied)
	if s.Stale("default", late, time.Hour) {
		t.Error("an account that denies snapshots is taken for one whose snapshots fail")
	}
	take(t, s, showing(role("app", nil)), late)
	if s.Stale("default", late, time.Hour) {
		t.Error("a snapshot that was just taken is stale")
	}
}

func TestAfterASnapshotTheAbsenceOfANameIsKnownAndNotBefore(t *testing.T) {
	s := settled(all)
	if s.Lacks("default", snapshot.Role, "team_new") {
		t.Error("a name is taken for free in an account that nobody read")
	}
	take(t, s, showing(role("app", nil), iam.Role{Name: "Foreign"}), noon)
	for name, want := range map[string]bool{"team_new": true, "TEAM_app": false, "foreign": false} {
		if got := s.Lacks("default", snapshot.Role, name); got != want {
			t.Errorf("that there is no role %s is known: %t, want %t", name, got, want)
		}
	}
}

func TestARoleOfOursIsRecognisedOnceAndNeverOneOfAnother(t *testing.T) {
	s := snapshot.New("prod")
	foreign := role("app", map[string]string{v1alpha1.TagOwner: "staging/team/app"})
	take(t, s, showing(foreign), noon)
	if _, found := s.Recognise("default", snapshot.Role, "team_app", ""); found {
		t.Error("a role of another cluster is recognised")
	}
	take(t, s, showing(role("app", nil)), noon)
	want := snapshot.Stray{Entity: snapshot.Role, Name: "team_app", Owner: object("app").NamespacedName}
	if got := s.Strays("default"); len(got) != 1 || got[0] != want {
		t.Errorf("roles of ours that no object has settled are %v, want that of team/app", got)
	}
	got, found := s.Recognise("default", snapshot.Role, "TEAM_app", "")
	if !found || got.Role.Name != "team_app" || !got.BegunAt.Equal(noon) {
		t.Errorf("got %+v (%t), want the role as the snapshot of noon showed it", got, found)
	}
	if _, found := s.Recognise("default", snapshot.Role, "team_app", ""); found {
		t.Error("a reading serves twice: the second pass may come after a write")
	}
}

func TestAnObjectThatIsGoneIsNotWatchedOver(t *testing.T) {
	s := settled(all)
	s.Unsettle(object("app"))
	if changed := take(t, s, showing(), noon.Add(time.Hour)); len(changed) != 0 {
		t.Errorf("%v is looked at although it is gone", changed)
	}
}

func TestARoleWithAnInstanceProfileIsLookedAtOnceEitherDiffers(t *testing.T) {
	app := role("app", nil)
	profile := iam.InstanceProfile{Name: "team_app", ID: "AIPA1", RoleName: app.Name, Tags: map[string]string{"team": "x"}}
	for what, tc := range map[string]struct {
		change func(*account)
		looked bool
	}{
		"nothing":                 {func(*account) {}, false},
		"the role":                {func(a *account) { a.roles[0].Description = "by hand" }, true},
		"the profile gone":        {func(a *account) { delete(a.profiles, app.Name) }, true},
		"the profile's unique id": {func(a *account) { a.profiles[app.Name] = iam.InstanceProfile{Name: "team_app"} }, true},
		"the tags of the profile": {func(a *account) {
			changed := profile
			changed.Tags = nil
			a.profiles[app.Name] = changed
		}, true},
	} {
		s := snapshot.New("prod")
		role, seen := app, profile
		s.Settle("default", snapshot.Settled{
			Object: object("app"), Seen: iam.Observation{Role: &role, Profile: &seen}, Compare: all, WroteAt: noon,
		})
		shown := showing(app)
		shown.profiles = map[string]iam.InstanceProfile{app.Name: profile}
		tc.change(&shown)
		if got := take(t, s, shown, noon.Add(time.Hour)); (len(got) > 0) != tc.looked {
			t.Errorf("after a change of %s %v is looked at, want it: %t", what, got, tc.looked)
		}
	}
}

func TestRolesAreListedByPathOnlyWhereAllOfOursAreUnderIt(t *testing.T) {
	within, outside := role("app", nil), role("old", nil)
	within.Path = "/ecs/team/"
	settle := func(s *snapshot.Snapshots, name string, r iam.Role) {
		s.Settle("default", snapshot.Settled{
			Object: object(name), Seen: iam.Observation{Role: &r}, Compare: all, WroteAt: noon,
		})
	}
	for what, tc := range map[string]struct {
		roles []iam.Role
		want  string
	}{
		"all are":            {[]iam.Role{within, {Name: "foreign", Path: "/"}}, "/ecs/"},
		"one of ours is not": {[]iam.Role{within, outside}, ""},
	} {
		s, asked := snapshot.New("prod"), []string{}
		settle(s, "app", within)
		shown := showing(tc.roles...)
		shown.asked = &asked
		for n := range 2 {
			at := noon.Add(time.Hour + time.Duration(n)*time.Minute)
			wanted := snapshot.Wanted{PathPrefix: "/ecs/"}
			changed, err := s.Take(t.Context(), "default", shown, wanted, func() time.Time { return at })
			if err != nil || len(changed) > 0 {
				t.Errorf("%s: %v is looked at although nothing changed (%v)", what, changed, err)
			}
		}
		if want := []string{"roles under ", "roles under " + tc.want}; !slices.Equal(asked, want) {
			t.Errorf("%s: read were %q, want %q: what is there is known only once all is read", what, asked, want)
		}
		if s.Lacks("default", snapshot.Role, tc.roles[1].Name) {
			t.Errorf("%s: the name of a role outside the path is taken for free", what)
		}
	}
}

func TestARoleThatComesUpOutsideThePathIsAnOrphanAndIsNotRecognised(t *testing.T) {
	within, outside := role("app", nil), role("old", nil)
	within.Path = "/ecs/team/"
	s, wanted := settled(all), snapshot.Wanted{PathPrefix: "/ecs/"}
	s.Settle("default", snapshot.Settled{
		Object: object("app"), Seen: iam.Observation{Role: &within}, Compare: all, WroteAt: noon,
	})
	for _, shown := range []account{showing(within), showing(within, outside)} {
		_, err := s.Take(t.Context(), "default", shown, wanted, func() time.Time { return noon.Add(time.Hour) })
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Strays("default"); len(got) != 1 {
		t.Errorf("roles without an object are %v, want the one outside the path", got)
	}
	if got, found := s.Recognise("default", snapshot.Role, outside.Name, ""); found {
		t.Errorf("%+v is taken for the whole role", got.Role)
	}
}

func TestARoleThatWasMadeAgainOutsideThePathIsLookedAt(t *testing.T) {
	within := role("app", nil)
	within.Path = "/ecs/team/"
	s, wanted := snapshot.New("prod"), snapshot.Wanted{PathPrefix: "/ecs/"}
	s.Settle("default", snapshot.Settled{
		Object: object("app"), Seen: iam.Observation{Role: &within}, Compare: all, WroteAt: noon,
	})
	var changed []snapshot.Object
	for _, path := range []string{within.Path, "/"} {
		shown := within
		shown.Path = path
		var err error
		changed, err = s.Take(t.Context(), "default", showing(shown), wanted, func() time.Time { return noon.Add(time.Hour) })
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(changed) != 1 {
		t.Errorf("%v is looked at, want the object whose role has another path", changed)
	}
}

func TestASnapshotTellsWhenARoleWasLastUsedAndHasItNotLookedAt(t *testing.T) {
	s := settled(all)
	for _, used := range []time.Time{noon.Add(-time.Hour), noon} {
		shown := showing(role("app", nil))
		shown.used = used
		if got := take(t, s, shown, noon.Add(time.Hour)); len(got) > 0 {
			t.Errorf("%v is looked at because its role was used", got)
		}
		found := map[types.NamespacedName]int64{}
		s.EachUse(func(role types.NamespacedName, at int64) { found[role] = at })
		if want := map[types.NamespacedName]int64{object("app").NamespacedName: used.Unix()}; !maps.Equal(found, want) {
			t.Errorf("roles were last used at %v, want %v", found, want)
		}
	}
}
